import { encodeAuthenticate, Flag } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import { recordLine } from '../src/record-line.js'
import { connect, start, stopAfterEach } from './fixture.js'
import { authorization, initiatorOf } from './raw-client.js'

stopAfterEach()

describe('a record', () => {
  it('has the headers, but of credentials only the scheme', async () => {
    const server = await start({ schemes: ['ntlm', 'negotiate'] })
    const alice = connect(server)
    await alice.authenticate({ headers: { 'X-Custom': 'y', 'Proxy-Authorization': 'Basic c2VjcmV0' } })
    await alice.send({ authorization: 'Basic c2VjcmV0' })
    expect(server.log[1].headers).toMatchObject({
      'x-custom': 'y',
      authorization: 'NTLM',
      'proxy-authorization': 'Basic',
    })
    expect(server.log[2].headers.authorization).toBe('Basic')
    const everything = JSON.stringify(server.log)
    expect(everything).not.toMatch(/TlRMTVNT|c2VjcmV0/)
  })

  it('has its status before the client has the answer', async () => {
    const server = await start()
    for (let time = 0; time < 20; time++) {
      await connect(server).send({ authorization: authorization('NTLM', initiatorOf()) })
      expect(server.log.at(-1)?.status).toBe(401)
    }
  })

  it('does not get in the way of a handler that reads the body as it likes', async () => {
    const server = await start({
      anonymous: ['/'],
      handler: (request, response) => {
        let length = 0
        request.setEncoding('utf8')
        request.on('data', (chunk: string) => {
          length += chunk.length
        })
        request.on('end', () => response.end(String(length)))
      },
    })
    const answer = await connect(server).send({ method: 'POST', body: 'ü'.repeat(50_000) })
    expect(answer.body).toBe('50000')
    expect(server.log[0].bodyBytes).toBe(100_000)
  })
})

/** Under the flag of Unicode, names with a byte a character: what clients do that mix up the character sets. */
function oemNamesUnderUnicode(user: string): string {
  const flags = Flag.NEGOTIATE_NTLM
  const response = Buffer.alloc(60)
  const message = {
    flags,
    lmResponse: Buffer.alloc(24),
    ntResponse: response,
    domain: 'LAB1',
    user,
    workstation: '',
  }
  const bytes = encodeAuthenticate({ ...message, encryptedRandomSessionKey: Buffer.alloc(0) })
  bytes.writeUInt32LE((flags | Flag.NEGOTIATE_UNICODE) >>> 0, 60)
  return `NTLM ${bytes.toString('base64')}`
}

describe('the record of a token that is refused', () => {
  it('says that the answer is one of NTLMv1, and of which kind', async () => {
    const server = await start({ targetInfo: false, timestamp: false })
    await connect(server).authenticate(
      {},
      initiatorOf('LAB\\alice', 'Passw0rd!', { legacy: { ntlmV1: true } }),
    )
    expect(server.log[1]).toMatchObject({ failed: 'ntlm-v2', response: 'ntlm-v1-ess', status: 401 })
    expect(recordLine(server.log[1])).toContain('failed: ntlm-v2 (the client answered with NTLMv1, with')
  })

  it.each([
    ['an even number of bytes', 'alice1', { failed: 'account' }],
    ['an odd number of bytes, which no verification comes to', 'alice', { violation: 'malformed-token' }],
  ])('says that names are in OEM under the flag of Unicode: %s', async (_name, user, expected) => {
    const server = await start()
    const alice = connect(server)
    await alice.send({ authorization: authorization('NTLM', initiatorOf()) })
    await alice.send({ authorization: oemNamesUnderUnicode(user) })
    const problem = 'UserName: looks like OEM text, while Unicode was announced.'
    expect(server.log[1]).toMatchObject({ ...expected, status: 401 })
    expect(server.log[1].problems).toContain(problem)
    expect(recordLine(server.log[1])).toContain(`problem: ${problem}`)
  })

  it('says what is no message at all, and what came without a challenge', async () => {
    const server = await start()
    await connect(server).send({ authorization: 'NTLM AAAA' })
    await connect(server).send({ authorization: oemNamesUnderUnicode('alice1') })
    expect(server.log[0]).toMatchObject({ violation: 'malformed-token', problems: [expect.any(String)] })
    expect(server.log[1]).toMatchObject({ violation: 'not-challenged' })
    expect(server.log[1].problems).toContain('UserName: looks like OEM text, while Unicode was announced.')
  })

  it('says nothing of a token that is as it should be, and nothing more of one that is let in', async () => {
    const server = await start()
    await connect(server).authenticate({}, initiatorOf('LAB\\alice', 'wrong'))
    await connect(server).authenticate()
    expect(server.log[1]).toMatchObject({ failed: 'password', response: 'ntlm-v2', problems: [] })
    expect(server.log[3]).not.toHaveProperty('problems')
    expect(server.log[3]).not.toHaveProperty('response')
  })
})
