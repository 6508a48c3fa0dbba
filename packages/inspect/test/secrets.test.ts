import { diagnose, readInput } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { textOf } from './fixtures.js'
import { authenticate, exchange, negotiate, observed, offering } from './staged.js'

/** A HAR of one request that got a 401. */
function har(
  request: { url?: string; headers?: Record<string, string> },
  answer: Record<string, string> = {},
) {
  const fields = (named: Record<string, string>) =>
    Object.entries(named).map(([name, value]) => ({ name, value }))
  const entry = {
    request: { method: 'GET', url: request.url ?? 'http://one.lab/', headers: fields(request.headers ?? {}) },
    response: { status: 401, headers: fields({ 'WWW-Authenticate': 'NTLM', ...answer }) },
  }
  return JSON.stringify({ log: { entries: [entry] } })
}

const ownAuthorization = (authorization: string) =>
  diagnose(
    observed([exchange({ request: { authorization }, response: offering('NTLM') })], {
      client: { leftAlone: 'own-authorization' },
    }),
  ).find(({ id }) => id === 'own-authorization')?.evidence

const UNNAMED = [
  'sk-live-SECRETKEY1234',
  'NTLM:SECRETKEY',
  'Basic,SECRETKEY',
  'NtlmSECRETKEY',
  'Token-SECRETKEY',
  'Negotiate/SECRETKEY=',
  'SECRETKEY NTLM',
  'SECRETKEY=x Basic y',
]

describe('an Authorization that is not ours', () => {
  it.each(UNNAMED)('is named by no word of %s', (authorization) => {
    expect(ownAuthorization(authorization)).toBe(
      'The request brought an Authorization of its own (of a kind that is not named here), and went with that alone.',
    )
  })

  it.each([
    ['Basic SECRET', 'Basic'],
    ['bearer SECRET', 'bearer'],
    ['AWS4-HMAC-SHA256 Credential=SECRET', 'AWS4-HMAC-SHA256'],
    ['Token SECRET', 'Token'],
    ['ApiKey  SECRET', 'ApiKey'],
  ])('%s is named by its scheme', (authorization, scheme) => {
    expect(ownAuthorization(authorization)).toContain(`of its own (${scheme}), and`)
  })

  it.each(UNNAMED)('%s does not come out of a reading', (authorization) => {
    for (const name of ['Authorization', 'Proxy-Authorization']) {
      expect(JSON.stringify(readInput(har({ headers: { [name]: authorization } })))).not.toMatch(/SECRET/)
      const heads = `GET / HTTP/1.1\nHost: one.lab\n${name}: ${authorization}\n\nHTTP/1.1 401 No\nWWW-Authenticate: NTLM`
      expect(JSON.stringify(readInput(heads))).not.toMatch(/SECRET/)
    }
  })

  it.each(UNNAMED)('%s is found in a reading all the same', (authorization) => {
    const [conversation] = readInput(har({ headers: { Authorization: authorization } })).conversations
    expect(conversation?.findings).toMatchObject([{ id: 'own-authorization', likelihood: 'likely' }])
    expect(conversation?.findings[0]?.evidence).toMatch(/of its own \(of a kind that is not named here\)/)
    expect(conversation?.observation.exchanges[0]?.request.authorization).toBe('(not kept)')
  })
})

describe('a reading', () => {
  it('has no AUTHENTICATE in its observation, and the NEGOTIATE', () => {
    for (const [token, kept] of [
      [`NTLM ${authenticate()}`, 'NTLM'],
      [`NTLM ${negotiate()}`, `NTLM ${negotiate()}`],
      ['Negotiate YIIGhgYGKwYBBQUCoIIGejCCBnag', 'Negotiate'],
    ]) {
      const [conversation] = readInput(har({ headers: { Authorization: token ?? '' } })).conversations
      expect(conversation?.observation.exchanges[0]?.request).toEqual({ authorization: kept })
    }
  })

  it.each(['curl-wrong-password.log', 'curl-logged-in.log', 'curl-proxy.log'])(
    'of %s is diagnosed again alike from its observation',
    (name) => {
      for (const { observation, findings } of readInput(textOf(name)).conversations) {
        expect(diagnose(observation)).toEqual(findings)
      }
    },
  )

  it.each(['X-Auth-Token', 'ApiKey', 'X-Api-Key', 'X-Csrf', 'Cookie', 'X-Amz-Security-Token', 'Referer'])(
    'has no %s',
    (name) => {
      const text = har({ headers: { [name]: 'SECRET', Authorization: 'NTLM' } }, { [name]: 'SECRET' })
      expect(JSON.stringify(readInput(text))).not.toMatch(/SECRET/)
    },
  )

  it.each([
    ['http://alice:SECRET@one.lab/p?token=SECRET#SECRET', 'http://one.lab/p'],
    ['http://one.lab/p;jsessionid=SECRET/q', 'http://one.lab/p/q'],
    ['http://one.lab/to/http://alice:SECRET@two.lab/', 'http://one.lab/to/http://two.lab/'],
  ])('has of %s what names the place', (url, kept) => {
    const reading = readInput(har({ url }, { Location: url, 'X-FORMS_BASED_AUTH_REQUIRED': url }))
    expect(JSON.stringify(reading)).not.toMatch(/SECRET/)
    expect(reading.conversations[0]?.steps[0]?.label).toBe(`GET ${kept}`)
    expect(reading.conversations[0]?.observation.exchanges[0]?.url).toBe(kept)
  })

  it.each([
    '* Connected to h (127.0.0.1) port 80 (#0)\n> GET http://alice:SECRET@h/?t=SECRET HTTP/1.1\n> Host: h\n> Authorization: SECRET\n< HTTP/1.1 401 x\n< WWW-Authenticate: NTLM',
    '* Connected to h (127.0.0.1) port 80 (#0)\n> GET /?t=SECRET HTTP/1.1\n> Host: alice:SECRET@h\n< HTTP/1.1 302 x\n< Location: //alice:SECRET@h/_login/?SECRET',
    'GET http://alice:p?SECRET@h/ HTTP/1.1\nHost: h\n\nHTTP/1.1 401 x\nWWW-Authenticate: NTLM',
  ])('of other heads has no userinfo and no query: %j', (text) => {
    expect(readInput(text).conversations).toHaveLength(1)
    expect(JSON.stringify(readInput(text))).not.toMatch(/SECRET/)
  })
})
