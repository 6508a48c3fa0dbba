import { inspect } from 'node:util'
import got, { type Got, type HTTPError } from 'got'
import { describe, expect, it } from 'vitest'
import { ALICE, startServer } from '../../../test/wire.js'
import { identities, ntlm } from '../src/index.js'

/** The length of what is printed of an instance and of all that a program gets from it. */
async function lengthsOf(instance: Got): Promise<Record<string, number>> {
  const response = await instance('a')
  const error: HTTPError = await instance('500').catch((reason) => reason)
  expect(error.response.statusCode).toBe(500)
  const things = { instance, response, error, options: error.options, answered: response.request.options }
  return Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, inspect(thing).length]))
}

describe('what is printed', () => {
  const retry = { limit: 0 }

  it.each<[string, (base: Got, prefixUrl: string) => Got]>([
    ['behind ntlm(), by prefixUrl', (base) => base.extend(ntlm(ALICE))],
    ['behind ntlm(), extended again', (base) => base.extend(ntlm(ALICE)).extend({ headers: { a: 'b' } })],
    ['with both in one call', (_base, prefixUrl) => got.extend({ prefixUrl, retry }, ntlm(ALICE))],
    ['behind ntlm() with origins', (base, origins) => base.extend(ntlm({ ...ALICE, origins }))],
    ['by identities', (base) => identities(base, {}).for(ALICE)],
  ])('is no more than twice of what plain got prints: %s', async (_way, extended) => {
    const server = await startServer({
      anonymous: () => true,
      handler: (request, response) => {
        response.statusCode = request.url === '/500' ? 500 : 200
        response.end('{}')
      },
    })
    const base = got.extend({ prefixUrl: server.origin, retry })
    const plain = await lengthsOf(base)
    const ours = await lengthsOf(extended(base, server.origin))
    for (const [name, length] of Object.entries(ours)) {
      expect([name, length / plain[name]! < 2]).toEqual([name, true])
    }
  })
})
