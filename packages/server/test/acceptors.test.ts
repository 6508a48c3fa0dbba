import { decodeChallenge, Flag, SpnegoInitiator } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import { connect, start, stopAfterEach } from './fixture.js'
import { authorization, initiatorOf, tokenOf } from './raw-client.js'

stopAfterEach()

describe('Negotiate', () => {
  it('carries SPNEGO, and the answer that lets pass brings the last token', async () => {
    const server = await start({ schemes: ['negotiate'] })
    const alice = connect(server)
    const initiator = new SpnegoInitiator({ mechanism: initiatorOf() })
    const challenged = await alice.send({ authorization: authorization('Negotiate', initiator) })
    const answered = await alice.send({
      authorization: authorization('Negotiate', initiator, tokenOf(challenged)),
    })
    expect(answered.status).toBe(200)
    expect(initiator.step(tokenOf(answered))).toMatchObject({ complete: true })
    expect(server.log[1]).toMatchObject({ leg: 'authenticate', scheme: 'negotiate', user: 'alice' })
  })

  it('carries bare NTLM messages too, and answers them in kind', async () => {
    const server = await start({ schemes: ['negotiate'] })
    const [challenged, answered] = await connect(server).authenticate({}, initiatorOf(), 'Negotiate')
    expect(challenged.challenges).toEqual([expect.stringMatching(/^Negotiate TlRMTVNTUAAC/)])
    expect(answered.status).toBe(200)
  })

  it('does not go on with a handshake that NTLM began', async () => {
    const server = await start({ schemes: ['ntlm', 'negotiate'] })
    const alice = connect(server)
    const initiator = initiatorOf()
    const challenged = await alice.send({ authorization: authorization('NTLM', initiator) })
    expect((await alice.answer(challenged, {}, initiator, 'Negotiate')).status).toBe(401)
    expect(server.log[1].violation).toBe('between-legs')
  })
})

describe('a challenge', () => {
  it('may be without target info', async () => {
    const server = await start({ targetInfo: false })
    const challenge = decodeChallenge(
      tokenOf(await connect(server).send({ authorization: authorization('NTLM', initiatorOf()) })),
    )
    expect(challenge.targetInfo).toBeUndefined()
    expect(challenge.flags & Flag.NEGOTIATE_TARGET_INFO).toBe(0)
  })

  it('may choose OEM strings', async () => {
    const server = await start({ oem: true })
    const [challenged, answered] = await connect(server).authenticate()
    const { flags } = decodeChallenge(tokenOf(challenged))
    expect(flags & (Flag.NEGOTIATE_OEM | Flag.NEGOTIATE_UNICODE)).toBe(Flag.NEGOTIATE_OEM)
    expect(answered.status).toBe(200)
    expect(server.log[1].user).toBe('alice')
  })

  it('may have huge target info, which the client has to echo', async () => {
    const server = await start({ targetInfoPadding: 8_000 })
    const [challenged, answered] = await connect(server).authenticate()
    expect(tokenOf(challenged).length).toBeGreaterThan(8_000)
    expect(answered.status).toBe(200)
  })

  it("may have pairs of one's own", async () => {
    const pair = { id: 0x1234, value: Buffer.from('x') }
    const server = await start({ extraPairs: [pair] })
    const [challenged, answered] = await connect(server).authenticate()
    expect(decodeChallenge(tokenOf(challenged)).targetInfo?.at(-1)).toEqual(pair)
    expect(answered.status).toBe(200)
  })

  it('may agree to fewer flags', async () => {
    const server = await start({ flags: Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_NTLM })
    const { flags } = decodeChallenge(
      tokenOf(await connect(server).send({ authorization: authorization('NTLM', initiatorOf()) })),
    )
    expect(flags & Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY).toBe(0)
  })
})
