import { beforeEach, describe, expect, it } from 'vitest'
import type { NtlmAcceptor } from '../../src/ntlm/acceptor.js'
import { DEFAULT_ACCEPTOR_FLAGS } from '../../src/ntlm/acceptor-challenge.js'
import { Flag } from '../../src/ntlm/flags.js'
import { NtlmInitiator } from '../../src/ntlm/initiator.js'
import { decodeNegotiate, messageType } from '../../src/ntlm/messages.js'
import { SpnegoAcceptor, type SpnegoAcceptorOptions } from '../../src/spnego/acceptor.js'
import { SpnegoInitiator } from '../../src/spnego/initiator.js'
import { NTLM_OID } from '../../src/spnego/mechanisms.js'
import {
  decodeSpnego,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
} from '../../src/spnego/tokens.js'
import { acceptorWith, converse, credentialOf, initiatorWith } from '../ntlm/conversation.js'

const KRB5 = '1.2.840.113554.1.2.2'
const services = { integrity: true }

async function initiator(options: Parameters<typeof initiatorWith>[0] = {}) {
  return new SpnegoInitiator({ mechanism: await initiatorWith({ services, ...options }) })
}

function acceptor(
  options: Parameters<typeof acceptorWith>[0] = {},
  outer: Partial<SpnegoAcceptorOptions> = {},
) {
  return new SpnegoAcceptor({ mechanism: acceptorWith(options), ...outer })
}

const responseOf = (token: Uint8Array) => decodeSpnego(token) as NegTokenResp

/** The initiator's token, and the acceptor's answer to it, as fields. */
async function firstLeg(ours: SpnegoInitiator, theirs: SpnegoAcceptor) {
  const offer = ours.step().token!
  const { token } = await theirs.step(offer)
  return { offer, challenge: responseOf(token!) }
}

describe('initiator and acceptor', () => {
  it('agree on NTLM, sign the list both ways, and are done', async () => {
    const ours = await initiator()
    const theirs = acceptor()
    const { verdict, tokens } = await converse(ours, theirs)
    expect(verdict).toMatchObject({ accepted: true, user: 'alice', mic: true })

    const [offer, challenge, answer, last] = tokens.map((token) => decodeSpnego(token))
    expect(offer).toMatchObject({ kind: 'init', mechTypes: [NTLM_OID] })
    expect(challenge).toMatchObject({ negState: 'accept-incomplete', supportedMech: NTLM_OID })
    expect(answer).toMatchObject({ negState: 'accept-incomplete', mechListMic: expect.any(Buffer) })
    expect(last).toEqual({ kind: 'resp', negState: 'accept-completed', mechListMic: expect.any(Buffer) })
    const inner = [offer, challenge, answer].map((token) =>
      'mechToken' in token ? token.mechToken : 'responseToken' in token ? token.responseToken : undefined,
    )
    expect(inner.map((token) => messageType(token!))).toEqual([1, 2, 3])
  })

  it('asks for SIGN and KEY_EXCH, which the list needs', async () => {
    const offer = decodeSpnego((await initiator()).step().token!)
    const { flags } = decodeNegotiate('mechToken' in offer ? offer.mechToken! : Buffer.alloc(0))
    expect(flags).toBe(0xe2088215)
  })

  it('is not complete before accept-completed came', async () => {
    const ours = await initiator()
    const theirs = acceptor()
    const challenge = await theirs.step(ours.step().token)
    const answer = ours.step(challenge.token)
    expect(answer.complete).toBe(false)
    const last = await theirs.step(answer.token)
    expect(ours.step(last.token)).toEqual({ complete: true })
    expect(() => ours.step(last.token)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_BAD_CHALLENGE',
        message: 'A SPNEGO token came after the last one.',
      }),
    )
  })

  it('go on with message number 1 under the stream as it was before the list', async () => {
    const ours = await initiator({ services: { confidentiality: true } })
    const theirs = acceptor()
    await converse(ours, theirs)
    const { sealed, signature } = ours.session!.seal(Buffer.from('first'))
    expect(signature.readUInt32LE(12)).toBe(1)
    expect(theirs.session!.unseal(sealed, signature).toString()).toBe('first')
    const reply = theirs.session!.wrap(Buffer.from('reply'))
    expect(reply.readUInt32LE(12)).toBe(1)
    expect(ours.session!.unwrap(reply).toString()).toBe('reply')
  })

  it('do without a signed list where the context cannot sign', async () => {
    const ours = new SpnegoInitiator({ mechanism: new NtlmInitiator({ credential: await credentialOf() }) })
    const { verdict, tokens } = await converse(ours, acceptor())
    expect(verdict.accepted).toBe(true)
    expect(responseOf(tokens[2]).mechListMic).toBeUndefined()
    expect(responseOf(tokens[3])).toEqual({ kind: 'resp', negState: 'accept-completed' })
  })

  it('work without extended session security too (legacy)', async () => {
    const legacy = { ntlmV1: true }
    const flags =
      (DEFAULT_ACCEPTOR_FLAGS & ~(Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY | Flag.NEGOTIATE_TARGET_INFO)) >>> 0
    const ours = await initiator({ legacy })
    const theirs = acceptor({ legacy, flags })
    const { verdict } = await converse(ours, theirs)
    expect(verdict).toMatchObject({ accepted: true, response: 'ntlm-v1' })
    theirs.session!.verify(Buffer.from('m'), ours.session!.sign(Buffer.from('m')))
  })
})

describe('bare NTLM within Negotiate is answered in kind', () => {
  it('by the acceptor', async () => {
    const theirs = acceptor()
    const { verdict, tokens } = await converse(await initiatorWith(), theirs)
    expect(verdict.accepted).toBe(true)
    expect(tokens.map((token) => messageType(token))).toEqual([1, 2, 3])
  })

  it('by the initiator', async () => {
    const ours = await initiator()
    const inner = acceptorWith()
    const offer = decodeSpnego(ours.step().token!)
    const { token } = await inner.step('mechToken' in offer ? offer.mechToken : undefined)
    const answer = ours.step(token)
    expect(answer.complete).toBe(true)
    expect((await inner.step(answer.token)).verdict).toMatchObject({ accepted: true })
  })

  it('but not once SPNEGO was spoken', async () => {
    const ours = await initiator()
    const theirs = acceptor()
    const { challenge } = await firstLeg(ours, theirs)
    ours.step(encodeNegTokenResp(challenge))
    expect(() => ours.step(challenge.responseToken)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE' }),
    )
    await expect(theirs.step((await initiatorWith()).step().token)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE' }),
    )
  })
})

describe('the initiator', () => {
  let ours: SpnegoInitiator
  let theirs: SpnegoAcceptor
  let challenge: NegTokenResp
  beforeEach(async () => {
    ours = await initiator()
    theirs = acceptor()
    challenge = (await firstLeg(ours, theirs)).challenge
  })

  const answered = () => ours.step(encodeNegTokenResp(challenge)).token!
  const stepWith = (token: Omit<NegTokenResp, 'kind'>) =>
    ours.step(encodeNegTokenResp({ kind: 'resp', ...token }))
  const lastOf = async () => responseOf((await theirs.step(answered())).token!)

  it('ignores a mechListMIC that echoes the token on the challenge leg', async () => {
    challenge.mechListMic = challenge.responseToken
    expect(ours.step(encodeNegTokenResp(challenge)).token).toBeDefined()
  })

  it('takes a choice that is not repeated, and one that is', async () => {
    const last = await lastOf()
    expect(stepWith({ ...last, supportedMech: NTLM_OID })).toEqual({ complete: true })
  })

  it.each(['before the AUTHENTICATE', 'after it'])('fails where the other side rejects, %s', (when) => {
    if (when === 'after it') answered()
    expect(() => stepWith({ negState: 'reject' })).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_REJECTED',
        message: 'The other side rejected the SPNEGO negotiation.',
      }),
    )
  })

  it('fails where another mechanism is chosen', () => {
    expect(() => stepWith({ negState: 'accept-incomplete', supportedMech: KRB5 })).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_DOWNGRADE',
        message: `The other side chose mechanism ${KRB5}, and ${NTLM_OID} was offered.`,
      }),
    )
  })

  it('fails where the list that was signed is not the one it sent', async () => {
    const last = await lastOf()
    const mechListMic = Buffer.from(last.mechListMic!)
    mechListMic[6] ^= 1
    expect(() => stepWith({ ...last, mechListMic })).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_INTEGRITY' }),
    )
    expect(stepWith({ ...last })).toEqual({ complete: true })
  })

  it('puts up with a server that signs nothing, unless it asked for signatures', async () => {
    answered()
    expect(stepWith({ negState: 'accept-completed' })).toEqual({ complete: true })

    const asked = await initiator()
    const { challenge: first } = await firstLeg(asked, acceptor())
    asked.step(encodeNegTokenResp({ ...first, negState: 'request-mic' }))
    expect(() => asked.step(encodeNegTokenResp({ kind: 'resp', negState: 'accept-completed' }))).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_INTEGRITY',
        message: 'The list of mechanisms should be signed, and is not.',
      }),
    )
  })

  it('fails where a signature is asked for and the context cannot make one', async () => {
    const mute = new SpnegoInitiator({ mechanism: new NtlmInitiator({ credential: await credentialOf() }) })
    const { challenge: first } = await firstLeg(mute, acceptor())
    const wanted = encodeNegTokenResp({ ...first, negState: 'request-mic' })
    const error = expect.objectContaining({
      code: 'ERR_NTLM_DOWNGRADE',
      message: 'The other side wants a mechListMIC, and NTLMSSP_NEGOTIATE_SIGN is missing.',
    })
    expect(() => mute.step(wanted)).toThrow(error)

    const late = new SpnegoInitiator({ mechanism: new NtlmInitiator({ credential: await credentialOf() }) })
    late.step(encodeNegTokenResp((await firstLeg(late, acceptor())).challenge))
    const incomplete = encodeNegTokenResp({ kind: 'resp', negState: 'accept-incomplete' })
    expect(() => late.step(incomplete)).toThrow(error)
  })

  it.each<[string, Omit<NegTokenResp, 'kind'>, string]>([
    [
      'no challenge',
      { negState: 'accept-incomplete' },
      'A NegTokenResp has no responseToken, and the mechanism needs one.',
    ],
    [
      'the end before the AUTHENTICATE',
      { negState: 'accept-completed', responseToken: Buffer.alloc(1) },
      'The other side is done before the mechanism is.',
    ],
  ])('refuses %s', (_name, token, message) => {
    expect(() => stepWith(token)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message }),
    )
  })

  it.each<[string, Omit<NegTokenResp, 'kind'>, string]>([
    [
      'another challenge',
      { negState: 'accept-incomplete', responseToken: Buffer.alloc(1) },
      'A token for the mechanism came after its last one.',
    ],
    ['a wish for more', { negState: 'accept-incomplete' }, 'The other side wants more after the last token.'],
  ])('refuses %s after the AUTHENTICATE', (_name, token, message) => {
    answered()
    expect(() => stepWith(token)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message }),
    )
  })

  it('refuses a NegTokenInit and an answer that is missing', () => {
    const init = encodeNegTokenInit({ kind: 'init', mechTypes: [NTLM_OID] })
    const refusal = (message: string) => expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message })
    expect(() => ours.step(init)).toThrow(refusal('A NegTokenInit came where a NegTokenResp belongs.'))
    expect(() => ours.step()).toThrow(refusal('The answer to the NegTokenInit is missing.'))
  })
})

describe('the acceptor', () => {
  /** An initiator that would rather have Kerberos, as Windows does. */
  async function kerberosFirst(theirs: SpnegoAcceptor, mic: 'with it' | 'after it' | 'never' | 'wrong') {
    const inner = await initiatorWith({ services })
    const mechTypes = [KRB5, NTLM_OID]
    const offer = encodeNegTokenInit({ kind: 'init', mechTypes, mechToken: Buffer.from('a Kerberos ticket') })
    const chosen = responseOf((await theirs.step(offer)).token!)
    const respond = async (token: Omit<NegTokenResp, 'kind'>) => {
      const step = await theirs.step(encodeNegTokenResp({ kind: 'resp', ...token }))
      return { response: responseOf(step.token!), verdict: step.verdict }
    }
    const { response: challenge } = await respond({ responseToken: inner.step().token })
    const { token } = inner.step(challenge.responseToken)
    const list = encodeMechTypeList(mic === 'wrong' ? [NTLM_OID] : mechTypes)
    const early = mic === 'with it' || mic === 'wrong' ? inner.session!.signMechanismList(list) : undefined
    let last = await respond({ responseToken: token, mechListMic: early })
    if (mic === 'after it' || mic === 'never') {
      expect(last.verdict).toBeUndefined()
      expect(last.response.negState).toBe('accept-incomplete')
      inner.session!.verifyMechanismList(list, last.response.mechListMic!)
      const late = mic === 'never' ? undefined : inner.session!.signMechanismList(list)
      last = await respond({ mechListMic: late })
    }
    return { chosen, ...last }
  }

  it('asks for signatures where NTLM was not the first choice', async () => {
    const theirs = acceptor()
    const { chosen, response, verdict } = await kerberosFirst(theirs, 'with it')
    expect(chosen).toEqual({ kind: 'resp', negState: 'request-mic', supportedMech: NTLM_OID })
    expect(response).toEqual({ kind: 'resp', negState: 'accept-completed', mechListMic: expect.any(Buffer) })
    expect(verdict!.accepted).toBe(true)
    expect(theirs.session).toBeDefined()
  })

  it('takes the signature in a token of its own, after giving its own', async () => {
    const { verdict } = await kerberosFirst(acceptor(), 'after it')
    expect(verdict!.accepted).toBe(true)
  })

  it.each([
    ['never', 'mech-list-mic-missing'],
    ['wrong', 'mech-list-mic'],
  ] as const)('refuses a list that somebody may have changed: signed %s', async (mic, failed) => {
    const theirs = acceptor()
    const { response, verdict } = await kerberosFirst(theirs, mic)
    expect(verdict).toMatchObject({ accepted: false, failed, user: 'alice' })
    expect(response).toEqual({ kind: 'resp', negState: 'reject' })
    expect(theirs.session).toBeUndefined()
  })

  it("wants a signature from everybody with mechListMic: 'require', as Samba does", async () => {
    const ours = await initiator()
    const theirs = acceptor({}, { mechListMic: 'require' })
    const { challenge } = await firstLeg(ours, theirs)
    const answer = responseOf(ours.step(encodeNegTokenResp(challenge)).token!)
    const unsigned = await theirs.step(encodeNegTokenResp({ ...answer, mechListMic: undefined }))
    expect(unsigned.verdict).toBeUndefined()
    expect(responseOf(unsigned.token!).negState).toBe('accept-incomplete')
    const signed = await theirs.step(encodeNegTokenResp({ kind: 'resp', mechListMic: answer.mechListMic }))
    expect(signed.verdict!.accepted).toBe(true)
  })

  it('says the same on the wire whatever was wrong', async () => {
    const tokens = []
    for (const options of [{ account: { password: 'wrong' } }, { account: { username: 'Guest' } }]) {
      const theirs = acceptor()
      const ours = await initiator(options)
      const answer = ours.step((await theirs.step(ours.step().token)).token)
      const { token, verdict } = await theirs.step(answer.token)
      expect(verdict!.accepted).toBe(false)
      tokens.push(Buffer.from(token!).toString('hex'))
    }
    expect(tokens).toEqual(['a1073005a0030a0102', 'a1073005a0030a0102'])
  })

  it('rejects an initiator that has no NTLM', async () => {
    const theirs = acceptor()
    const { token, verdict } = await theirs.step(encodeNegTokenInit({ kind: 'init', mechTypes: [KRB5] }))
    expect(verdict).toMatchObject({ accepted: false, failed: 'mechanism', user: '' })
    expect(responseOf(token!)).toEqual({ kind: 'resp', negState: 'reject' })
    await expect(theirs.step(token)).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_BAD_CHALLENGE',
        message: 'A SPNEGO token came after the last one.',
      }),
    )
  })

  it('gives up where the initiator does, or changes its mind', async () => {
    for (const token of [{ negState: 'reject' as const }, { supportedMech: KRB5 }]) {
      const theirs = acceptor()
      await firstLeg(await initiator(), theirs)
      const { verdict } = await theirs.step(encodeNegTokenResp({ kind: 'resp', ...token }))
      expect(verdict).toMatchObject({ accepted: false, failed: 'mechanism' })
    }
  })

  it('starts where the initiator sent no token along', async () => {
    const inner = await initiatorWith({ services })
    const theirs = new SpnegoAcceptor({ mechanism: acceptorWith() as NtlmAcceptor })
    const chosen = await theirs.step(encodeNegTokenInit({ kind: 'init', mechTypes: [NTLM_OID] }))
    expect(responseOf(chosen.token!)).toEqual({
      kind: 'resp',
      negState: 'accept-incomplete',
      supportedMech: NTLM_OID,
    })
    const step = await theirs.step(encodeNegTokenResp({ kind: 'resp', responseToken: inner.step().token }))
    expect(messageType(responseOf(step.token!).responseToken!)).toBe(2)
  })

  it('refuses tokens out of turn', async () => {
    const refusal = (message: string) => expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message })
    const resp = encodeNegTokenResp({ kind: 'resp', negState: 'accept-incomplete' })
    await expect(acceptor().step(resp)).rejects.toThrow(refusal('A NegTokenInit is missing.'))
    await expect(acceptor().step()).rejects.toThrow(refusal('The SPNEGO token is missing.'))
    const theirs = acceptor()
    const { offer } = await firstLeg(await initiator(), theirs)
    await expect(theirs.step(offer)).rejects.toThrow(refusal('A NegTokenInit came after the first token.'))
    await expect(theirs.step(resp)).rejects.toThrow(refusal('A NegTokenResp has no responseToken.'))
  })
})
