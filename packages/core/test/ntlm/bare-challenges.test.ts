import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { md4 } from '../../src/crypto/md4.js'
import { DEFAULT_ACCEPTOR_FLAGS } from '../../src/ntlm/acceptor-challenge.js'
import { AvId, avFlags, findAvPair } from '../../src/ntlm/av-pairs.js'
import { Flag } from '../../src/ntlm/flags.js'
import { NtlmInitiator } from '../../src/ntlm/initiator.js'
import {
  type AuthenticateMessage,
  type ChallengeMessage,
  decodeAuthenticate,
  decodeChallenge,
  encodeChallenge,
  ntlmV2ResponsePairs,
} from '../../src/ntlm/messages.js'
import { provenKey, responseKind } from '../../src/ntlm/proof.js'
import { ntHashOf } from '../../src/ntlm/response.js'
import { acceptorWith, converse, credentialOf, initiatorWith, PASSWORD } from './conversation.js'

const { NEGOTIATE_TARGET_INFO: INFO, NEGOTIATE_EXTENDED_SESSIONSECURITY: ESS } = Flag
const NOW = Date.parse('2026-11-27T10:00:00Z')
const entropy = { now: () => NOW, randomBytes: (size: number) => Buffer.alloc(size, 0xaa) }
const BINDING = Buffer.alloc(16, 7)

/** Challenges of real servers, whole. */
const RECORDED = [
  [
    "Alfresco's filter, which has target info and no flag for it",
    'TlRMTVNTUAACAAAAEgASADAAAAABAgigASNFZ4mrze8AAAAAAAAAABoAGgBCAAAAQQBMAEYAUwBFAFIAVgBFAFIAAQASAEEATABGAFMARQBSAFYARQBSAAAAAAA=',
  ],
  [
    'a page that only reads a name: 40 bytes, and neither flag',
    'TlRMTVNTUAACAAAAAAAAACgAAAABggAAAAICAgAAAAAAAAAAAAAAAA==',
  ],
] as const

/** NTLMv2 by [MS-NLMP] 3.3.2 alone: HMAC-MD5 of Node's and a hash that has vectors of its own. */
function expectProof(challenge: ChallengeMessage, { ntResponse, lmResponse }: AuthenticateMessage): void {
  const hmac = (key: Buffer, ...parts: Uint8Array[]) => {
    const mac = createHmac('md5', key)
    for (const part of parts) mac.update(part)
    return mac.digest()
  }
  const key = hmac(md4(Buffer.from(PASSWORD, 'utf16le')), Buffer.from('ALICELAB', 'utf16le'))
  const temp = ntResponse.subarray(16)
  expect(hmac(key, challenge.serverChallenge, temp)).toEqual(Buffer.from(ntResponse.subarray(0, 16)))
  const clientChallenge = temp.subarray(16, 24)
  const lmProof = hmac(key, challenge.serverChallenge, clientChallenge)
  expect(Buffer.from(lmResponse)).toEqual(Buffer.concat([lmProof, clientChallenge]))
}

async function answer(token: Uint8Array, options: Parameters<typeof initiatorWith>[0] = {}) {
  const initiator = await initiatorWith({ entropy, ...options })
  initiator.step()
  const message = decodeAuthenticate(initiator.step(token).token!)
  return { message, pairs: ntlmV2ResponsePairs(message.ntResponse)! }
}

describe.each(RECORDED)('the CHALLENGE of %s', (_whose, base64) => {
  const token = Buffer.from(base64, 'base64')
  const challenge = decodeChallenge(token)

  it('has no target info that counts', () => {
    expect(challenge.targetInfo).toBeUndefined()
    expect(challenge.flags & INFO).toBe(0)
  })

  it('is answered with NTLMv2 and LMv2, by the clock of this machine and without a MIC', async () => {
    const { message } = await answer(token)
    expectProof(challenge, message)
    expect(message.mic).toBeUndefined()
    const ticks = BigInt(NOW + 11_644_473_600_000) * 10_000n
    expect(Buffer.from(message.ntResponse).readBigUInt64LE(24)).toBe(ticks)
    expect(message.encryptedRandomSessionKey).toHaveLength(0)
  })

  it('is answered so that the code of our acceptor believes it', async () => {
    const { message } = await answer(token)
    const flags = message.flags & challenge.flags
    expect(responseKind(message, flags)).toBe('ntlm-v2')
    const proven = (ntHash: Uint8Array) =>
      provenKey(message, 'ntlm-v2', flags, { ntHash, lmHash: undefined }, challenge.serverChallenge)
    expect(proven(ntHashOf(PASSWORD))).toHaveLength(16)
    expect(proven(ntHashOf('another password'))).toBeUndefined()
  })

  it('gets an empty list, and with a binding and an SPN just these', async () => {
    expect((await answer(token)).pairs).toEqual([])
    const { pairs, message } = await answer(token, { channelBinding: BINDING, targetName: 'HTTP/server' })
    expect(pairs).toEqual([
      { id: AvId.CHANNEL_BINDINGS, value: BINDING },
      { id: AvId.TARGET_NAME, value: Buffer.from('HTTP/server', 'utf16le') },
    ])
    expectProof(challenge, message)
  })

  it('agrees to nothing in its flags that the CHALLENGE has not', async () => {
    const { message } = await answer(token)
    expect(message.flags & ~challenge.flags).toBe(0)
  })
})

describe('without target info', () => {
  const flags = (DEFAULT_ACCEPTOR_FLAGS & ~INFO) >>> 0

  it.each([
    ['and with extended session security', flags],
    ['and without', (flags & ~ESS) >>> 0],
  ])('%s, an acceptor believes NTLMv2 and checks the binding in it', async (_which, accepted) => {
    const options = { flags: accepted, channelBinding: 'require', expectedBinding: BINDING } as const
    const bound = await converse(await initiatorWith({ channelBinding: BINDING }), acceptorWith(options))
    expect(bound.verdict).toMatchObject({ accepted: true, response: 'ntlm-v2', mic: false })
    const other = await initiatorWith({ channelBinding: Buffer.alloc(16, 8) })
    expect((await converse(other, acceptorWith(options))).verdict).toMatchObject({
      accepted: false,
      failed: 'channel-binding',
    })
    const bare = await converse(await initiatorWith(), acceptorWith(options))
    expect(bare.verdict).toMatchObject({ accepted: false, failed: 'channel-binding-missing' })
  })

  it('a wrong password is one', async () => {
    const initiator = await initiatorWith({ account: { password: 'wrong' } })
    expect((await converse(initiator, acceptorWith({ flags }))).verdict).toMatchObject({ failed: 'password' })
  })
})

describe('without extended session security, and with target info', () => {
  const flags = (DEFAULT_ACCEPTOR_FLAGS & ~ESS) >>> 0

  it('NTLMv2 has its MIC', async () => {
    const { verdict } = await converse(await initiatorWith(), acceptorWith({ flags }))
    expect(verdict).toMatchObject({ accepted: true, response: 'ntlm-v2', mic: true })
  })

  it('messages are signed with a CRC-32 under one key for both sides ([MS-NLMP] 3.4.4.1)', async () => {
    const services = { integrity: true }
    const initiator = await initiatorWith({ services })
    const acceptor = acceptorWith({ services, flags })
    expect((await converse(initiator, acceptor)).verdict).toMatchObject({ accepted: true })
    const [ours, theirs] = [initiator.session!, acceptor.session!]
    expect(ours.exportKey()).toEqual(theirs.exportKey())
    theirs.verify(Buffer.from('one'), ours.sign(Buffer.from('one')))
    ours.verify(Buffer.from('two'), theirs.sign(Buffer.from('two')))
  })

  it('sealing is refused, unless legacy does without; then the key is used whole (3.4.5.3)', async () => {
    const services = { confidentiality: true }
    await expect(converse(await initiatorWith({ services }), acceptorWith({ flags }))).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_DOWNGRADE',
        message: 'The services asked for need NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY, which is missing.',
      }),
    )
    const legacy = { ntlmV1: true }
    const initiator = await initiatorWith({ services, legacy })
    const acceptor = acceptorWith({ services, flags })
    expect((await converse(initiator, acceptor)).verdict).toMatchObject({ response: 'ntlm-v2' })
    expect(initiator.session!.strength).toBe(128)
    expect(acceptor.session!.unwrap(initiator.session!.wrap(Buffer.from('sealed'))).toString()).toBe('sealed')
  })
})

describe('a CHALLENGE that grants what nobody offered', () => {
  it('LM_KEY in place of extended session security: NTLMv2, and no LM_KEY in the answer', async () => {
    const flags = (0xe28a8235 & ~(ESS | INFO)) | Flag.NEGOTIATE_LM_KEY | Flag.REQUEST_NON_NT_SESSION_KEY
    const serverChallenge = Buffer.alloc(8, 1)
    const token = encodeChallenge({ flags: flags >>> 0, targetName: '', serverChallenge })
    const { message } = await answer(token)
    expectProof(decodeChallenge(token), message)
    expect(message.flags & (Flag.NEGOTIATE_LM_KEY | Flag.REQUEST_NON_NT_SESSION_KEY)).toBe(0)
  })
})

describe('MsvAvFlags that claim a MIC, in a challenge without a timestamp', () => {
  it('come back without the claim, and our acceptor takes that for an echo', async () => {
    const claim = { id: AvId.FLAGS, value: Buffer.from([3, 0, 0, 0]) }
    const acceptor = acceptorWith({ timestamp: false, extraPairs: [claim] })
    const initiator = new NtlmInitiator({ credential: await credentialOf() })
    const { verdict, tokens } = await converse(initiator, acceptor)
    expect(verdict).toMatchObject({ accepted: true, mic: false })
    const pairs = ntlmV2ResponsePairs(decodeAuthenticate(tokens[2]).ntResponse)!
    expect(avFlags(pairs)).toBe(1)
    expect(findAvPair(pairs, AvId.NB_DOMAIN_NAME)).toEqual(Buffer.from('LAB', 'utf16le'))
  })
})
