import { describe, expect, it, vi } from 'vitest'
import { Credential, Credentials } from '../../src/credentials.js'
import { NtlmAcceptor } from '../../src/ntlm/acceptor.js'
import { DEFAULT_ACCEPTOR_FLAGS } from '../../src/ntlm/acceptor-challenge.js'
import { AvId, encodeAvPairs, findAvPair } from '../../src/ntlm/av-pairs.js'
import { Flag, hasFlags } from '../../src/ntlm/flags.js'
import { NtlmInitiator } from '../../src/ntlm/initiator.js'
import {
  type AuthenticateMessage,
  decodeAuthenticate,
  decodeChallenge,
  encodeAuthenticate,
  encodeNegotiate,
} from '../../src/ntlm/messages.js'
import { ntHashOf, ntlmV2Response, ntowfV2 } from '../../src/ntlm/response.js'
import { acceptorWith, converse, initiatorWith, NAMES, PASSWORD } from './conversation.js'

const NEGOTIATE = encodeNegotiate({
  flags: 0xe2088237,
  domain: '',
  workstation: '',
  version: Buffer.alloc(8),
})
const BINDING = Buffer.alloc(16, 7)

/** The verdict on what the initiator answers, after something happened to it on the way. */
async function verdictOn(
  acceptor: NtlmAcceptor,
  initiator: NtlmInitiator,
  change: (message: AuthenticateMessage) => AuthenticateMessage = (message) => message,
) {
  const { token: challenge } = await acceptor.step(initiator.step().token)
  const { token } = initiator.step(challenge)
  const bytes = encodeAuthenticate(change(decodeAuthenticate(token!)))
  return (await acceptor.step(bytes)).verdict!
}

const failing = (failed: string) => ({ accepted: false, failed })

describe('the CHALLENGE', () => {
  async function challengeOf(options: Parameters<typeof acceptorWith>[0] = {}, negotiate = NEGOTIATE) {
    const { token } = await acceptorWith(options).step(negotiate)
    return decodeChallenge(token!)
  }

  it('agrees to what is offered, in one character set, and adds target info', async () => {
    const { flags, targetName } = await challengeOf()
    expect(targetName).toBe('LAB')
    expect(flags & (Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_OEM)).toBe(Flag.NEGOTIATE_UNICODE)
    expect(
      hasFlags(flags, Flag.NEGOTIATE_TARGET_INFO | Flag.TARGET_TYPE_DOMAIN | Flag.NEGOTIATE_KEY_EXCH),
    ).toBe(true)
    const plain = encodeNegotiate({ flags: Flag.NEGOTIATE_UNICODE, domain: '', workstation: '' })
    const agreed = Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_TARGET_INFO | Flag.TARGET_TYPE_DOMAIN
    expect((await challengeOf({}, plain)).flags).toBe(agreed)
  })

  it('names itself, gives the time, and what else it was told to say', async () => {
    const now = Date.parse('2024-05-06T07:08:09Z')
    const entropy = { now: () => now, randomBytes: (size: number) => Buffer.alloc(size, 3) }
    const extra = { id: 0x4711, value: Buffer.alloc(5) }
    const names = { ...NAMES, dnsDomain: 'lab.test', dnsComputer: 'server.lab.test', dnsTree: 'test' }
    const { targetInfo, serverChallenge } = await challengeOf({ entropy, names, extraPairs: [extra] })
    expect(targetInfo!.map(({ id }) => id)).toEqual([2, 1, 4, 3, 5, 7, 0x4711])
    expect(serverChallenge).toEqual(Buffer.alloc(8, 3))
    expect((await challengeOf({ timestamp: false })).targetInfo!.map(({ id }) => id)).toEqual([2, 1])
  })

  it('leaves out what its flags leave out: target info, extended session security, Unicode', async () => {
    const withOnly = async (flag: number) => challengeOf({ flags: (DEFAULT_ACCEPTOR_FLAGS & ~flag) >>> 0 })
    expect((await withOnly(Flag.NEGOTIATE_TARGET_INFO)).targetInfo).toBeUndefined()
    const oem = await withOnly(Flag.NEGOTIATE_UNICODE)
    expect(oem.flags & (Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_OEM)).toBe(Flag.NEGOTIATE_OEM)
    const plain = await withOnly(Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY)
    expect(hasFlags(plain.flags, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY)).toBe(false)
  })

  it('leaves its name empty where OEM cannot carry it', async () => {
    const flags = (DEFAULT_ACCEPTOR_FLAGS & ~Flag.NEGOTIATE_UNICODE) >>> 0
    const { targetName } = await challengeOf({ flags, names: { ...NAMES, netbiosDomain: 'ЛАБ' } })
    expect(targetName).toBe('')
  })

  it('connectionless, comes unasked: DATAGRAM, KEY_EXCH and the services', async () => {
    const acceptor = acceptorWith({ services: { datagram: true, integrity: true } })
    const { token } = await acceptor.step()
    const { flags } = decodeChallenge(token!)
    expect(hasFlags(flags, Flag.NEGOTIATE_DATAGRAM | Flag.NEGOTIATE_KEY_EXCH | Flag.NEGOTIATE_SIGN)).toBe(
      true,
    )
    expect(hasFlags(flags, Flag.NEGOTIATE_SEAL)).toBe(false)
  })
})

describe('an account', () => {
  it('is asked for once, by the names as they were sent, and may take its time', async () => {
    const accounts = vi.fn(async () => ({ ntHash: ntHashOf(PASSWORD) }))
    const { verdict } = await converse(await initiatorWith(), acceptorWith({ accounts }))
    expect(verdict).toMatchObject({
      accepted: true,
      user: 'alice',
      domain: 'LAB',
      response: 'ntlm-v2',
      guest: false,
    })
    expect(accounts.mock.calls).toEqual([[{ user: 'alice', domain: 'LAB' }]])
  })

  it('that does not exist, and a wrong password, are told apart by the verdict only', async () => {
    const unknown = await converse(await initiatorWith(), acceptorWith({ accounts: () => undefined }))
    expect(unknown.verdict).toMatchObject(failing('account'))
    const wrong = await converse(await initiatorWith({ account: { password: 'wrong' } }), acceptorWith())
    expect(wrong.verdict).toMatchObject(failing('password'))
    expect(wrong.tokens).toHaveLength(unknown.tokens.length)
  })

  it('that nobody knows is not opened by a hash of zeros', async () => {
    const initiator = new NtlmInitiator({
      credential: new Credential({ user: 'alice', domain: 'LAB' }, Buffer.alloc(16)),
    })
    const { verdict } = await converse(initiator, acceptorWith({ accounts: () => undefined }))
    expect(verdict).toMatchObject(failing('account'))
  })

  it('passes an error of the store on', async () => {
    const accounts = async () => {
      throw new Error('no database')
    }
    await expect(converse(await initiatorWith(), acceptorWith({ accounts }))).rejects.toThrow('no database')
  })

  it.each([
    ['as it was sent', 'Lab', 'Lab'],
    ['upper-cased', 'LAB', 'Lab'],
    ['empty', '', 'Lab'],
  ])('may have its domain in NTOWFv2 %s', async (_name, hashed, sent) => {
    const initiator = await initiatorWith({ account: { username: `${hashed}\\alice` } })
    // The MIC covers the name, so that only an acceptor that forgoes it can see the other spelling.
    const acceptor = acceptorWith({ timestamp: false })
    const verdict = await verdictOn(acceptor, initiator, (message) => ({ ...message, domain: sent }))
    expect(verdict).toMatchObject({ accepted: true, domain: sent })
  })
})

describe('guests and anonymous users', () => {
  it('are refused unless they are allowed', async () => {
    const guest = () => initiatorWith({ account: { username: 'LAB\\Guest' } })
    expect((await converse(await guest(), acceptorWith())).verdict).toMatchObject(failing('guest'))
    const allowed = await converse(await guest(), acceptorWith({ allow: { guest: true } }))
    expect(allowed.verdict).toMatchObject({ accepted: true, guest: true })

    const anonymous = () => new NtlmInitiator({ credential: 'anonymous' })
    const refused = await converse(anonymous(), acceptorWith({ allow: { guest: true } }))
    expect(refused.verdict).toMatchObject({ ...failing('anonymous'), response: 'anonymous' })
    const accounts = vi.fn()
    const welcome = await converse(anonymous(), acceptorWith({ accounts, allow: { anonymous: true } }))
    expect(welcome.verdict).toMatchObject({ accepted: true, user: '', response: 'anonymous' })
    expect(accounts).not.toHaveBeenCalled()
  })

  it('the store may say who is a guest', async () => {
    const accounts = () => ({ password: PASSWORD, guest: true })
    expect((await converse(await initiatorWith(), acceptorWith({ accounts }))).verdict).toMatchObject(
      failing('guest'),
    )
  })

  it('a guest with a wrong password is one with a wrong password', async () => {
    const initiator = await initiatorWith({ account: { username: 'Guest', password: 'wrong' } })
    expect((await converse(initiator, acceptorWith())).verdict).toMatchObject(failing('password'))
  })

  it('an anonymous user gets no services', async () => {
    const acceptor = acceptorWith({ allow: { anonymous: true }, services: { integrity: true } })
    const { verdict } = await converse(new NtlmInitiator({ credential: 'anonymous' }), acceptor)
    expect(verdict).toMatchObject(failing('services'))
    expect(acceptor.session).toBeUndefined()
  })
})

describe('the MIC', () => {
  it('is checked over the three messages', async () => {
    const { verdict } = await converse(await initiatorWith(), acceptorWith())
    expect(verdict).toMatchObject({ accepted: true, mic: true })
    const changed = await verdictOn(acceptorWith(), await initiatorWith(), (message) => ({
      ...message,
      workstation: 'ELSEWHERE',
    }))
    expect(changed).toMatchObject(failing('mic'))
  })

  it('is checked with the NEGOTIATE as it came, however the caller uses its buffer afterwards', async () => {
    const acceptor = acceptorWith()
    const initiator = await initiatorWith()
    const negotiate = Buffer.from(initiator.step().token!)
    const { token: challenge } = await acceptor.step(negotiate)
    negotiate.fill(0)
    expect((await acceptor.step(initiator.step(challenge).token)).verdict).toMatchObject({ accepted: true })
  })

  it('cannot be dropped where it was announced', async () => {
    const withoutMic = (message: AuthenticateMessage) => ({ ...message, mic: undefined, version: undefined })
    for (const mic of ['require', 'accept'] as const) {
      await expect(verdictOn(acceptorWith({ mic }), await initiatorWith(), withoutMic)).rejects.toThrow(
        expect.objectContaining({
          code: 'ERR_NTLM_BAD_CHALLENGE',
          message: 'The AUTHENTICATE message announces a MIC and has no room for it.',
        }),
      )
    }
  })

  it("may be missing with mic: 'accept', but not be wrong", async () => {
    const wrong = (message: AuthenticateMessage) => ({ ...message, mic: Buffer.alloc(16) })
    const lenient = acceptorWith({ mic: 'accept' })
    expect(await verdictOn(lenient, await initiatorWith(), wrong)).toMatchObject(failing('mic'))
    expect(await verdictWithoutMic('accept')).toMatchObject({ accepted: true, mic: false })
  })

  it('is required where a timestamp was sent (CVE-2019-1040)', async () => {
    expect(await verdictWithoutMic('require')).toMatchObject(failing('mic-missing'))
  })

  it('is not asked for where no timestamp was sent', async () => {
    const { verdict } = await converse(await initiatorWith(), acceptorWith({ timestamp: false }))
    expect(verdict).toMatchObject({ accepted: true, mic: false })
  })

  /** curl echoes the timestamp and announces no MIC: an initiator that takes it for an unknown pair. */
  async function verdictWithoutMic(mic: 'require' | 'accept') {
    const acceptor = acceptorWith({ mic })
    const challenge = decodeChallenge((await acceptor.step(NEGOTIATE)).token!)
    const { ntResponse } = ntlmV2Response({
      key: ntowfV2(ntHashOf(PASSWORD), 'alice', 'LAB'),
      serverChallenge: challenge.serverChallenge,
      clientChallenge: Buffer.alloc(8, 1),
      timestamp: findAvPair(challenge.targetInfo!, AvId.TIMESTAMP)!,
      targetInfo: encodeAvPairs(challenge.targetInfo!),
    })
    const message = encodeAuthenticate({
      flags: 0x208205,
      lmResponse: Buffer.alloc(24),
      ntResponse,
      domain: 'LAB',
      user: 'alice',
      workstation: '',
      encryptedRandomSessionKey: Buffer.alloc(0),
    })
    return (await acceptor.step(message)).verdict!
  }
})

describe('the channel binding', () => {
  const OTHER = Buffer.alloc(16, 8)
  const ZEROS = Buffer.alloc(16)

  it.each([
    // policy, over TLS, what is sent, what comes of it
    ['off', true, OTHER, undefined],
    ['off', true, undefined, undefined],
    ['accept', true, BINDING, undefined],
    ['accept', true, undefined, undefined],
    ['accept', true, OTHER, 'channel-binding'],
    ['accept', true, ZEROS, 'channel-binding'],
    ['require', true, BINDING, undefined],
    ['require', true, undefined, 'channel-binding-missing'],
    ['require', true, OTHER, 'channel-binding'],
    ['require', true, ZEROS, 'channel-binding'],
    ['accept', false, undefined, undefined],
    ['accept', false, ZEROS, undefined],
    ['accept', false, BINDING, 'channel-binding'],
    // Required, and there is nothing to compare with: nobody can name the channel.
    ['require', false, undefined, 'channel-binding-missing'],
    ['require', false, ZEROS, 'channel-binding-missing'],
    ['require', false, BINDING, 'channel-binding-missing'],
  ] as const)('%s, over TLS %s, %o: %s', async (policy, tls, sent, failed) => {
    const acceptor = acceptorWith({ channelBinding: policy, expectedBinding: tls ? BINDING : undefined })
    const { verdict } = await converse(await initiatorWith({ channelBinding: sent }), acceptor)
    expect(verdict).toMatchObject(failed ? failing(failed) : { accepted: true })
    expect(verdict.channelBinding).toBe(sent?.toString('hex'))
  })

  it('of a certificate is 16 bytes, which is checked once', () => {
    expect(() => acceptorWith({ expectedBinding: Buffer.alloc(32) })).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: 'The expectedBinding is 32 bytes long, not 16.',
      }),
    )
  })
})

describe('the target name', () => {
  it('is shown to the predicate, whether it was sent or not', async () => {
    const spn = vi.fn((name: string | undefined) => name === 'HTTP/server')
    const right = await converse(await initiatorWith({ targetName: 'HTTP/server' }), acceptorWith({ spn }))
    expect(right.verdict).toMatchObject({ accepted: true, targetName: 'HTTP/server' })
    const other = await converse(await initiatorWith({ targetName: 'cifs/server' }), acceptorWith({ spn }))
    expect(other.verdict).toMatchObject(failing('target-name'))
    const none = await converse(await initiatorWith(), acceptorWith({ spn }))
    expect(none.verdict).toMatchObject(failing('target-name'))
    expect(spn.mock.calls).toEqual([['HTTP/server'], ['cifs/server'], [undefined]])
  })
})

describe('the target info', () => {
  it('must come back as it went: pairs of another challenge are refused', async () => {
    const entropy = { now: () => 0, randomBytes: (size: number) => Buffer.alloc(size, 1) }
    const initiator = await initiatorWith()
    const negotiate = initiator.step().token
    const other = acceptorWith({ entropy, names: { ...NAMES, netbiosDomain: 'OTHER' } })
    const { token } = initiator.step((await other.step(negotiate)).token)
    const acceptor = acceptorWith({ entropy })
    await acceptor.step(negotiate)
    expect((await acceptor.step(token)).verdict).toMatchObject(failing('target-info'))
  })

  it('may be as large as an answer has room for', async () => {
    const extraPairs = [{ id: 0x4711, value: Buffer.alloc(60_000, 1) }]
    const { verdict } = await converse(await initiatorWith(), acceptorWith({ extraPairs }))
    expect(verdict).toMatchObject({ accepted: true })
  })

  it('that leaves no room for the answer is an error of the initiator', async () => {
    const extraPairs = [{ id: 0x4711, value: Buffer.alloc(65_450, 1) }]
    await expect(converse(await initiatorWith(), acceptorWith({ extraPairs }))).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE' }),
    )
  })
})

describe('NTLMv1', () => {
  const legacy = { ntlmV1: true }
  const flags = (DEFAULT_ACCEPTOR_FLAGS & ~Flag.NEGOTIATE_TARGET_INFO) >>> 0

  it.each([
    ['ntlm-v1-ess', flags],
    ['ntlm-v1', (flags & ~Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY) >>> 0],
  ])('is refused unless it is allowed: %s', async (response, agreed) => {
    const refused = await converse(await initiatorWith({ legacy }), acceptorWith({ flags: agreed }))
    expect(refused.verdict).toMatchObject({ ...failing('ntlm-v2'), response })
    const allowed = await converse(await initiatorWith({ legacy }), acceptorWith({ flags: agreed, legacy }))
    expect(allowed.verdict).toMatchObject({ accepted: true, response })
    const wrong = await initiatorWith({ legacy, account: { password: 'wrong' } })
    const verdict = (await converse(wrong, acceptorWith({ flags: agreed, legacy }))).verdict
    expect(verdict).toMatchObject(failing('password'))
  })

  it('names no channel: it fails where that is required', async () => {
    const acceptor = acceptorWith({ flags, legacy, channelBinding: 'require', expectedBinding: BINDING })
    const initiator = await initiatorWith({ legacy, channelBinding: BINDING })
    expect((await converse(initiator, acceptor)).verdict).toMatchObject(failing('channel-binding-missing'))
  })

  it('with LM_KEY needs the LM hash on this side too', async () => {
    const lm = { ntlmV1: true, lm: true }
    const agreed = (flags & ~Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY) >>> 0
    const services = { confidentiality: true, minimumStrength: 56 } as const
    const known = acceptorWith({ flags: agreed, legacy: lm })
    expect((await converse(await initiatorWith({ legacy: lm, services }), known)).verdict.accepted).toBe(true)
    expect(hasFlags(known.session!.flags, Flag.NEGOTIATE_LM_KEY)).toBe(true)
    const accounts = () => ({ ntHash: ntHashOf(PASSWORD) })
    const unknown = acceptorWith({ flags: agreed, legacy: lm, accounts })
    const { verdict } = await converse(await initiatorWith({ legacy: lm, services }), unknown)
    expect(verdict).toMatchObject(failing('session-key'))
  })
})

describe('services', () => {
  it('that the acceptor needs and the initiator does not ask for are refused', async () => {
    const acceptor = acceptorWith({ services: { confidentiality: true } })
    const { verdict } = await converse(await initiatorWith(), acceptor)
    expect(verdict).toMatchObject(failing('services'))
    expect(acceptor.session).toBeUndefined()
  })

  it('there is a session once signing was agreed, and not before', async () => {
    const acceptor = acceptorWith()
    expect(acceptor.session).toBeUndefined()
    await converse(await initiatorWith({ services: { integrity: true } }), acceptor)
    expect(acceptor.session!.integrity).toBe(true)
    const plain = acceptorWith()
    await converse(await initiatorWith(), plain)
    expect(plain.session).toBeUndefined()
  })

  it('a session key that was taken out is missed', async () => {
    const initiator = await initiatorWith({ services: { integrity: true } })
    const verdict = await verdictOn(acceptorWith(), initiator, (message) => ({
      ...message,
      encryptedRandomSessionKey: Buffer.alloc(0),
    }))
    expect(verdict).toMatchObject(failing('session-key'))
  })

  it('flags that only the AUTHENTICATE has are not agreed', async () => {
    const acceptor = acceptorWith({
      flags: (DEFAULT_ACCEPTOR_FLAGS & ~Flag.NEGOTIATE_SEAL) >>> 0,
      timestamp: false,
    })
    const verdict = await verdictOn(
      acceptor,
      await initiatorWith({ services: { integrity: true } }),
      (message) => ({
        ...message,
        flags: (message.flags | Flag.NEGOTIATE_SEAL) >>> 0,
      }),
    )
    expect(verdict.accepted).toBe(true)
    expect(acceptor.session!.confidentiality).toBe(false)
  })
})

describe('out of turn', () => {
  const refusal = (message: string) => expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message })

  it('no NEGOTIATE, no AUTHENTICATE, or one too many', async () => {
    const acceptor = acceptorWith()
    const initiator = await initiatorWith()
    await expect(acceptor.step()).rejects.toThrow(refusal('The NEGOTIATE is missing.'))
    const { token: challenge } = await acceptor.step(initiator.step().token)
    await expect(acceptor.step()).rejects.toThrow(refusal('The AUTHENTICATE is missing.'))
    const { token } = initiator.step(challenge)
    expect((await acceptor.step(token)).verdict!.accepted).toBe(true)
    await expect(acceptor.step(token)).rejects.toThrow(refusal('A message came after the AUTHENTICATE.'))
  })

  it('one context takes one AUTHENTICATE, whatever becomes of it: no guessing', async () => {
    const acceptor = acceptorWith()
    await acceptor.step(NEGOTIATE)
    await expect(acceptor.step(Buffer.from('nonsense'))).rejects.toThrow()
    await expect(acceptor.step(Buffer.from('nonsense'))).rejects.toThrow(
      refusal('A message came after the AUTHENTICATE.'),
    )
  })

  it('a NEGOTIATE to a connectionless acceptor', async () => {
    const acceptor = acceptorWith({ services: { datagram: true } })
    await expect(acceptor.step(NEGOTIATE)).rejects.toThrow(refusal('A NEGOTIATE came where none is.'))
  })

  it('a CHALLENGE where an AUTHENTICATE belongs', async () => {
    const acceptor = acceptorWith()
    const { token } = await acceptor.step(NEGOTIATE)
    await expect(acceptor.step(token)).rejects.toThrow(
      refusal('The AUTHENTICATE message (message type 3) was expected, and type 2 came.'),
    )
  })
})

describe('a response of a kind nobody knows', () => {
  it.each([
    ['LM alone', { ntResponse: Buffer.alloc(0), lmResponse: Buffer.alloc(24, 1) }],
    ['a short NT response', { ntResponse: Buffer.alloc(20) }],
    ['a name and no response', { ntResponse: Buffer.alloc(0), lmResponse: Buffer.alloc(0) }],
  ])('%s is refused before the store is asked', async (_name, change) => {
    const accounts = vi.fn(() => ({ password: PASSWORD }))
    const acceptor = new NtlmAcceptor({ accounts, names: NAMES, legacy: { ntlmV1: true } })
    const verdict = await verdictOn(acceptor, await initiatorWith(), (message) => ({ ...message, ...change }))
    expect(verdict).toMatchObject(failing('ntlm-v2'))
    expect(accounts).not.toHaveBeenCalled()
  })
})

describe('a store that knows no secret', () => {
  const NOTHING = Buffer.alloc(16)

  it.each([
    ['null', null],
    ['an account without a password', {}],
    ['a password of undefined', { password: undefined }],
    ['a password of null', { password: null }],
    ['a hash that is none', { ntHash: 'ff' }],
  ])('%s lets nobody in, not even by the hash of nothing', async (_name, secret) => {
    const acceptor = acceptorWith({ accounts: () => secret as never })
    const initiator = new NtlmInitiator({
      credential: await new Credentials({ username: 'LAB\\alice', ntHash: NOTHING }).resolve(),
    })
    const { verdict } = await converse(initiator, acceptor)
    expect(verdict).toMatchObject({ accepted: false, failed: 'account' })
  })
})

it.each(['guest@lab.test', 'GUEST', 'guest.', ' guest'])(
  '%s is a guest, and let in where guests are',
  async (user) => {
    const initiator = () => initiatorWith({ account: { username: user } })
    expect((await converse(await initiator(), acceptorWith())).verdict).toMatchObject({ failed: 'guest' })
    const open = acceptorWith({ allow: { guest: true } })
    expect((await converse(await initiator(), open)).verdict).toMatchObject({ accepted: true, guest: true })
  },
)

it('a target name is right only where the check says true', async () => {
  const spn = (async () => false) as never
  expect((await converse(await initiatorWith(), acceptorWith({ spn }))).verdict.failed).toBe('target-name')
})
