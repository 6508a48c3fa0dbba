import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type NtlmAuthOptions, ntlmAuth } from '../src/index.js'
import { start, stopAfterEach, USERS } from './fixture.js'
import { statusOf } from './raw-request.js'

stopAfterEach()

const PUBLIC = ['/public', '/public/*']

describe('a request target on the wire', () => {
  it.each([
    '/public',
    '/public?to=/../private',
    '/public?',
    '/public/',
    '/public/a/b.html',
    '/public/.well-known/x',
    '/public/a..b/c.',
    '/public/a%20b/caf%C3%A9',
    '/public/a?b=%2e%2e/private#c',
  ])('that has one reading is anonymous: %s', async (target) => {
    const server = await start({ anonymous: PUBLIC })
    expect(await statusOf(server.port, target)).toBe(200)
  })

  it.each([
    // Dot segments, plain and encoded, once and twice.
    '/public/../private',
    '/public/..',
    '/public/.',
    '/public/./x',
    '/private/../public',
    '/public/%2e%2e/private',
    '/public/.%2E/private',
    '/public/%252e%252e/private',
    '/public/%u002e%u002e/private',
    '/public/%c0%ae%c0%ae/private',
    '/public/%EF%BC%8E%EF%BC%8E/private',
    '/public/%E2%80%A5/private',
    '/public/.../private',
    '/public/..%20/private',
    // Slashes of another kind.
    '/public/..%2fprivate',
    '/public%2f..%2fprivate',
    '/public%2fx',
    '/public/a%2f..%2f..%2fprivate',
    '/public/a%5c..%5cprivate',
    '/public\\..\\private',
    '/public/..\\private',
    '/public/%EF%BC%8F../private',
    '//public',
    '//public/x',
    '/public//private',
    '///public/x',
    // What some readers cut off.
    '/public;x=/../private',
    '/public/;x=/private',
    '/public/..;/private',
    '/public/..%3b/private',
    '/public/x%00/../private',
    '/public/x%00.html',
    '/public/x%0d%0ay',
    '/public/x%3f/private',
    '/public/x#/../../private',
    '/public#',
    '/public/%zz',
    '/public/%',
    '/public/caf\xe9',
    // Another case, another encoding, another form.
    '/PUBLIC',
    '/Public/x',
    '/%70ublic',
    '/publicity',
    '/private?/public/x',
    '/private#/public/',
    'http://x/private',
    'http://x/public',
    'http://x/public/../private',
    '/',
  ])('that has two, or the wrong one, is not: %j', async (target) => {
    const server = await start({ anonymous: PUBLIC })
    // 400: Node's own parser may refuse it before.
    expect([400, 401]).toContain(await statusOf(server.port, target))
    expect(server.log.filter(({ leg, status }) => leg === 'anonymous' || status === 200)).toEqual([])
  })

  it.each(['http://x/', '//evil.test/', '/../', '/%2e/', '*'])(
    'that has two is not even where all paths are anonymous: %s',
    async (target) => {
      const server = await start({ anonymous: ['/*'] })
      expect([400, 401]).toContain(await statusOf(server.port, target))
      expect(await statusOf(server.port, '/any/path')).toBe(200)
    },
  )
})

describe('the anonymous option', () => {
  it.each(['public', '*', 'http://x/*', '/a/../b', '/a?b', '//a', '/a;b', '/a%2fb/*', '/\u202ea'])(
    'has no path that no request would match: %j',
    (path) => {
      expect(() => ntlmAuth({ users: USERS, anonymous: [path] })).toThrow(
        expect.objectContaining({
          code: 'ERR_NTLM_CONFIG',
          message: `The anonymous path ${path.replace('\u202e', '\\u202e')} is not plain.`,
        }),
      )
    },
  )

  it.each([async () => false, () => undefined, () => 'yes', () => null])(
    'is no predicate that does not decide: %s',
    async (predicate) => {
      const errors: unknown[] = []
      const anonymous = predicate as unknown as NtlmAuthOptions['anonymous']
      const auth = ntlmAuth({ users: USERS, anonymous })
      const server = createServer((request, response) => {
        auth(request, response, (error) => {
          errors.push(error)
          response.writeHead(error ? 500 : 200).end()
        })
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void server.close())
      expect(await statusOf((server.address() as AddressInfo).port, '/')).toBe(500)
      expect(errors).toEqual([
        expect.objectContaining({
          code: 'ERR_NTLM_CONFIG',
          message: 'The anonymous function gave neither true nor false.',
        }),
      ])
    },
  )
})
