import { describe, expect, it } from 'vitest'
import { Credential } from '../../src/credentials.js'
import { AvId, type AvPair, avFlags, findAvPair } from '../../src/ntlm/av-pairs.js'
import { Flag, hasFlags } from '../../src/ntlm/flags.js'
import { NtlmInitiator } from '../../src/ntlm/initiator.js'
import {
  type ChallengeMessage,
  decodeAuthenticate,
  decodeNegotiate,
  encodeChallenge,
  ntlmV2ResponsePairs,
} from '../../src/ntlm/messages.js'
import { messageIntegrityCode } from '../../src/ntlm/response.js'
import { credentialOf, initiatorWith } from './conversation.js'

const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const HTTP = 0xa2088205
const TARGET: AvPair[] = [
  { id: AvId.NB_DOMAIN_NAME, value: utf16('LAB') },
  { id: AvId.NB_COMPUTER_NAME, value: utf16('SERVER') },
]
const TIMESTAMP: AvPair = { id: AvId.TIMESTAMP, value: Buffer.alloc(8, 0x21) }

function challengeWith(options: Partial<ChallengeMessage> & { without?: number } = {}): Buffer {
  const { without = 0, ...others } = options
  const flags = (0xe28a8235 & ~without) >>> 0
  const targetInfo = hasFlags(flags, Flag.NEGOTIATE_TARGET_INFO) ? [...TARGET, TIMESTAMP] : undefined
  return encodeChallenge({
    flags,
    targetName: 'LAB',
    serverChallenge: Buffer.alloc(8, 1),
    targetInfo,
    version: hasFlags(flags, Flag.NEGOTIATE_VERSION) ? Buffer.alloc(8) : undefined,
    ...others,
  })
}

async function answer(challenge: Buffer, options: Parameters<typeof initiatorWith>[0] = {}) {
  const initiator = await initiatorWith(options)
  const negotiate = options.services?.datagram ? undefined : initiator.step().token
  const { token } = initiator.step(challenge)
  const message = decodeAuthenticate(token!)
  const pairs = ntlmV2ResponsePairs(message.ntResponse) ?? []
  return { negotiate, token: token!, message, pairs, session: initiator.session }
}

describe('the NEGOTIATE', () => {
  it('offers exactly 0xA2088205 when nobody asked for services, in 40 bytes', async () => {
    const { token, complete } = (await initiatorWith()).step()
    expect(complete).toBe(false)
    expect(token).toHaveLength(40)
    expect(decodeNegotiate(token!).flags).toBe(HTTP)
  })

  it.each([
    ['integrity', { integrity: true }, 0xe2088215],
    ['confidentiality', { confidentiality: true }, 0xe2088235],
    ['nothing, but a session', {}, HTTP],
  ])('asks for %s', async (_name, services, flags) => {
    const { token } = (await initiatorWith({ services })).step()
    expect(decodeNegotiate(token!).flags).toBe(flags)
  })

  it('names neither the domain nor the machine', async () => {
    const { token } = (await initiatorWith({ workstation: 'DESK' })).step()
    expect(decodeNegotiate(token!)).toMatchObject({ domain: '', workstation: '' })
  })
})

describe('the AUTHENTICATE', () => {
  it('carries what both sides agreed on, and never more', async () => {
    const { message } = await answer(challengeWith())
    expect(message.flags).toBe((HTTP | Flag.NEGOTIATE_TARGET_INFO) >>> 0)
    const weaker = await answer(challengeWith({ without: Flag.NEGOTIATE_128 | Flag.NEGOTIATE_ALWAYS_SIGN }))
    expect(weaker.message.flags & (Flag.NEGOTIATE_128 | Flag.NEGOTIATE_ALWAYS_SIGN)).toBe(0)
  })

  it('has no session key when no services were asked for, whatever the challenge grants', async () => {
    const { message, session } = await answer(challengeWith())
    expect(message.encryptedRandomSessionKey).toHaveLength(0)
    expect(session).toBeUndefined()
  })

  it('names the account as it was given, and the workstation only when there is one', async () => {
    const bare = await answer(challengeWith())
    expect(bare.message).toMatchObject({ user: 'alice', domain: 'LAB', workstation: '' })
    const named = await answer(challengeWith(), { workstation: 'DESK' })
    expect(named.message.workstation).toBe('DESK')
  })

  it('echoes the pairs of the challenge byte for byte and in their order, unknown ones too', async () => {
    const unknown = { id: 0x4711, value: Buffer.from([1, 2, 3]) }
    const { pairs } = await answer(challengeWith({ targetInfo: [unknown, ...TARGET, TIMESTAMP] }))
    expect(pairs.slice(0, 4)).toEqual([unknown, ...TARGET, TIMESTAMP])
  })

  it('adds the target name and the binding, in place of any that the challenge brings', async () => {
    const binding = Buffer.alloc(16, 7)
    const theirs = [
      { id: AvId.CHANNEL_BINDINGS, value: Buffer.alloc(16, 1) },
      { id: AvId.TARGET_NAME, value: utf16('HTTP/elsewhere') },
    ]
    const challenge = challengeWith({ targetInfo: [...theirs, ...TARGET, TIMESTAMP] })
    const { pairs } = await answer(challenge, { targetName: 'HTTP/server', channelBinding: binding })
    expect(pairs.filter(({ id }) => id === AvId.CHANNEL_BINDINGS)).toEqual([
      { id: AvId.CHANNEL_BINDINGS, value: binding },
    ])
    expect(Buffer.from(findAvPair(pairs, AvId.TARGET_NAME)!).toString('utf16le')).toBe('HTTP/server')
    const bare = await answer(challenge)
    expect(findAvPair(bare.pairs, AvId.CHANNEL_BINDINGS)).toBeUndefined()
    expect(findAvPair(bare.pairs, AvId.TARGET_NAME)).toBeUndefined()
  })
})

describe('with a timestamp in the challenge', () => {
  it('sends a MIC over the three messages as they went, and no LM response', async () => {
    const challenge = challengeWith()
    const services = { integrity: true }
    const { negotiate, token, message, pairs, session } = await answer(challenge, { services })
    expect(avFlags(pairs)).toBe(2)
    expect(message.lmResponse).toEqual(Buffer.alloc(24))
    const zeroed = Buffer.from(token)
    zeroed.fill(0, 72, 88)
    expect(messageIntegrityCode(session!.exportKey(), negotiate!, challenge, zeroed)).toEqual(message.mic)
    expect(message.mic).toHaveLength(16)
  })

  it('says so in the MsvAvFlags that are there, never in a second pair (CVE-2019-1166)', async () => {
    const flags = { id: AvId.FLAGS, value: Buffer.from([1, 0, 0, 0x40]) }
    const { pairs } = await answer(challengeWith({ targetInfo: [flags, ...TARGET, TIMESTAMP] }))
    const found = pairs.filter(({ id }) => id === AvId.FLAGS)
    expect(found).toEqual([{ id: AvId.FLAGS, value: Buffer.from([3, 0, 0, 0x40]) }])
    expect(pairs.indexOf(found[0])).toBe(0)
  })

  it("uses the server's clock", async () => {
    const { message } = await answer(challengeWith())
    expect(Buffer.from(message.ntResponse.subarray(24, 32))).toEqual(Buffer.alloc(8, 0x21))
  })
})

describe('without a timestamp in the challenge', () => {
  it('sends LMv2, no MIC, and its own clock', async () => {
    const entropy = { now: () => 0, randomBytes: (size: number) => Buffer.alloc(size, 0xaa) }
    const { message } = await answer(challengeWith({ targetInfo: TARGET }), { entropy })
    expect(message.mic).toBeUndefined()
    expect(Buffer.from(message.lmResponse.subarray(16))).toEqual(Buffer.alloc(8, 0xaa))
    expect(Buffer.from(message.ntResponse.subarray(24, 32)).toString('hex')).toBe('00803ed5deb19d01')
  })
})

describe('a downgrade', () => {
  it.each([
    [{ integrity: true }, Flag.NEGOTIATE_SIGN, 'NTLMSSP_NEGOTIATE_SIGN'],
    [{ confidentiality: true }, Flag.NEGOTIATE_SEAL, 'NTLMSSP_NEGOTIATE_SEAL'],
    [{ confidentiality: true }, Flag.NEGOTIATE_128, 'NTLMSSP_NEGOTIATE_128'],
    [
      { confidentiality: true },
      Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY,
      'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY',
    ],
  ])('of the services %j names what is missing', async (services, without, name) => {
    await expect(answer(challengeWith({ without }), { services })).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_DOWNGRADE',
        message: `The services asked for need ${name}, which is missing.`,
      }),
    )
  })

  it.each([
    ['MsvAvNbComputerName', [TARGET[0], TIMESTAMP]],
    ['MsvAvNbDomainName', [TARGET[1], TIMESTAMP]],
    ['MsvAvNbComputerName and no MsvAvNbDomainName', []],
  ])('a challenge to somebody who wants services has %s', async (names, targetInfo) => {
    const challenge = challengeWith({ targetInfo })
    await expect(answer(challenge, { services: { integrity: true } })).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_BAD_CHALLENGE',
        message: `The target info has no ${names}.`,
      }),
    )
    await expect(answer(challenge)).resolves.toBeDefined()
  })

  it('a challenge without target info is to them as one that names nothing', async () => {
    const challenge = challengeWith({ without: Flag.NEGOTIATE_TARGET_INFO })
    await expect(answer(challenge, { services: { integrity: true } })).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_BAD_CHALLENGE',
        message: 'The target info has no MsvAvNbComputerName and no MsvAvNbDomainName.',
      }),
    )
  })
})

describe('legacy', () => {
  const legacy = { ntlmV1: true }
  const { NEGOTIATE_TARGET_INFO: INFO, NEGOTIATE_EXTENDED_SESSIONSECURITY: ESS } = Flag

  it('answers a challenge without target info by NTLMv1, with a client challenge where it can', async () => {
    const extended = await answer(challengeWith({ without: INFO }), { legacy })
    expect(extended.message.ntResponse).toHaveLength(24)
    expect(Buffer.from(extended.message.lmResponse.subarray(8))).toEqual(Buffer.alloc(16))
    const plain = await answer(challengeWith({ without: INFO | ESS }), { legacy })
    expect(plain.message.ntResponse).toEqual(plain.message.lmResponse)
  })

  it('answers a challenge with target info by NTLMv2, whatever else it lacks', async () => {
    const { message } = await answer(challengeWith({ without: ESS }), { legacy })
    expect(message.ntResponse.length).toBeGreaterThan(24)
    expect(message.mic).toHaveLength(16)
  })

  it('sends an LM response only on demand, and only of a password that has one', async () => {
    const lm = { ntlmV1: true, lm: true }
    const challenge = challengeWith({ without: INFO | ESS })
    const asked = await answer(challenge, { legacy: lm })
    expect(asked.message.lmResponse).not.toEqual(asked.message.ntResponse)
    const long = await answer(challenge, { legacy: lm, account: { password: 'longer than fourteen' } })
    expect(long.message.lmResponse).toEqual(long.message.ntResponse)
  })

  it('offers LM_KEY only with the LM hash and for confidentiality', async () => {
    const lm = { ntlmV1: true, lm: true }
    const offered = async (options: Parameters<typeof initiatorWith>[0]) =>
      decodeNegotiate((await initiatorWith(options)).step().token!).flags & Flag.NEGOTIATE_LM_KEY
    expect(await offered({ legacy: lm, services: { confidentiality: true } })).toBe(Flag.NEGOTIATE_LM_KEY)
    expect(await offered({ legacy: lm })).toBe(0)
    expect(await offered({ legacy, services: { confidentiality: true } })).toBe(0)
    expect(await offered({ legacy: { lm: true }, services: { confidentiality: true } })).toBe(0)
  })
})

describe('an anonymous initiator', () => {
  it('sends no name, no response and one zero byte, under the flag for it', () => {
    const initiator = new NtlmInitiator({ credential: 'anonymous' })
    initiator.step()
    const { token } = initiator.step(challengeWith())
    const message = decodeAuthenticate(token!)
    expect(message).toMatchObject({ user: '', domain: '', mic: undefined })
    expect(message.ntResponse).toHaveLength(0)
    expect(message.lmResponse).toEqual(Buffer.alloc(1))
    expect(hasFlags(message.flags, Flag.ANONYMOUS)).toBe(true)
  })

  it('has no services: everybody knows its key', () => {
    expect(() => new NtlmInitiator({ credential: 'anonymous', services: { integrity: true } })).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'An anonymous context has no services.' }),
    )
  })
})

describe('a name that is longer than its field can be', () => {
  const long = 'x'.repeat(32768)

  it.each<[string, () => unknown]>([
    ['user', () => new Credential({ user: long, domain: '' }, Buffer.alloc(16))],
    ['domain', () => new Credential({ user: 'alice', domain: long }, Buffer.alloc(16))],
    ['workstation', () => new NtlmInitiator({ credential: 'anonymous', workstation: long })],
    ['targetName', () => new NtlmInitiator({ credential: 'anonymous', targetName: long })],
  ])('is refused before a handshake: %s', (name, construct) => {
    const message = `The ${name} has 32768 characters, more than fit its field.`
    expect(construct).toThrow(expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }))
  })
})

describe('connectionless', () => {
  const services = { datagram: true, confidentiality: true }
  const datagram = { flags: (0xe28a8237 | Flag.NEGOTIATE_DATAGRAM) >>> 0 }

  it('begins with the CHALLENGE and is complete with its answer', async () => {
    const initiator = await initiatorWith({ services })
    expect(() => initiator.step()).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message: 'The CHALLENGE is missing.' }),
    )
    const { token, complete } = initiator.step(challengeWith(datagram))
    expect(complete).toBe(true)
    expect(decodeAuthenticate(token!).encryptedRandomSessionKey).toHaveLength(16)
  })

  it('has no LM response at all, and a MIC over CHALLENGE and AUTHENTICATE', async () => {
    const challenge = challengeWith(datagram)
    const { token, message, session } = await answer(challenge, { services })
    expect(message.lmResponse).toHaveLength(0)
    const zeroed = Buffer.from(token)
    zeroed.fill(0, 72, 88)
    expect(messageIntegrityCode(session!.exportKey(), challenge, zeroed)).toEqual(message.mic)
  })

  it('chooses Unicode from a challenge that offers both', async () => {
    const { message } = await answer(challengeWith(datagram), { services })
    expect(message.flags & (Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_OEM)).toBe(Flag.NEGOTIATE_UNICODE)
  })

  it.each([
    ['DATAGRAM', Flag.NEGOTIATE_DATAGRAM],
    ['KEY_EXCH', Flag.NEGOTIATE_KEY_EXCH],
  ])('needs %s', async (name, flag) => {
    const flags = (datagram.flags & ~flag) >>> 0
    await expect(answer(challengeWith({ flags }), { services })).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_DOWNGRADE',
        message: `The services asked for need NTLMSSP_NEGOTIATE_${name}, which is missing.`,
      }),
    )
  })
})

describe('out of turn', () => {
  it('a missing or a second CHALLENGE is refused', async () => {
    const initiator = await initiatorWith()
    initiator.step()
    expect(() => initiator.step()).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message: 'The CHALLENGE is missing.' }),
    )
    expect(initiator.step(challengeWith()).complete).toBe(true)
    expect(() => initiator.step(challengeWith())).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_BAD_CHALLENGE',
        message: 'A CHALLENGE came after the AUTHENTICATE.',
      }),
    )
  })
})

describe('randomness', () => {
  it('is new for every handshake', async () => {
    const credential = await credentialOf()
    const proofs = Array.from({ length: 50 }, () => {
      const initiator = new NtlmInitiator({ credential, services: { integrity: true } })
      initiator.step()
      const message = decodeAuthenticate(initiator.step(challengeWith()).token!)
      return [message.ntResponse, message.encryptedRandomSessionKey].map((bytes) =>
        Buffer.from(bytes).toString('hex'),
      )
    })
    expect(new Set(proofs.flat()).size).toBe(100)
  })

  it('is asked of the entropy that was given, with its `this`', async () => {
    class Counting {
      calls: number[] = []
      now() {
        return this.calls.length
      }
      randomBytes(size: number) {
        this.calls.push(size)
        return Buffer.alloc(size, 1)
      }
    }
    const entropy = new Counting()
    await answer(challengeWith(), { entropy, services: { integrity: true } })
    expect(entropy.calls).toEqual([8, 16])
  })
})
