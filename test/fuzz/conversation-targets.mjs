// The sides of a conversation, each at the point where a token comes.
import {
  decodeAuthenticate,
  decodeChallenge,
  decodeSpnego,
  encodeNegTokenInit,
  encodeNegTokenResp,
  NTLM_OID,
} from '@ntlmkit/core'
import { acceptor, initiator, KRB5, lenientAcceptor, spnegoAcceptor, spnegoInitiator } from './identities.mjs'
import { reprove } from './reprove.mjs'

/** @typedef {import('./targets.mjs').Target} Target */

const NTLM_CODES = ['ERR_NTLM_BAD_CHALLENGE', 'ERR_NTLM_DOWNGRADE']
const SPNEGO_CODES = [...NTLM_CODES, 'ERR_NTLM_REJECTED', 'ERR_NTLM_INTEGRITY']

const negotiate = first(initiator())
const offer = first(spnegoInitiator())
const answer = Buffer.from((await spnegoAcceptor().step(offer)).token ?? [])
const otherOffer = encodeNegTokenInit({ kind: 'init', mechTypes: [KRB5, NTLM_OID] })
const late = encodeNegTokenResp({ kind: 'resp', responseToken: negotiate })

const unsigned = unsignedAuthenticate()

/** @param {import('@ntlmkit/core').SecurityContext} context */
function first(context) {
  return Buffer.from(context.step().token ?? [])
}

/** The second token of an initiator that leaves the list of mechanisms unsigned. */
function unsignedAuthenticate() {
  const side = spnegoInitiator()
  side.step()
  const token = decodeSpnego(side.step(answer).token ?? Buffer.alloc(0))
  if (token.kind === 'init') throw new Error('The second token is a NegTokenInit.')
  return encodeNegTokenResp({ kind: 'resp', responseToken: token.responseToken })
}

/**
 * What one side says must be readable for the other.
 *
 * @param {Uint8Array | undefined} token
 * @param {(token: Uint8Array) => unknown} decode
 */
function requireReadable(token, decode) {
  try {
    if (token !== undefined) decode(token)
  } catch (cause) {
    throw new Error('The answer cannot be read.', { cause })
  }
}

/** @param {() => import('@ntlmkit/core').SecurityContext} make @returns {Target} */
const ntlmInitiator = (make) => ({
  kinds: ['challenge'],
  after: ['decodeChallenge'],
  oneIn: 3,
  run: (bytes) => {
    const side = make()
    side.step()
    requireReadable(side.step(bytes).token, decodeAuthenticate)
  },
  codes: NTLM_CODES,
})

/** @param {() => import('@ntlmkit/core').Acceptor} make @param {(bytes: Buffer) => Buffer} [prepare] @returns {Target} */
const ntlmAcceptor = (make, prepare = (bytes) => bytes) => ({
  kinds: ['authenticate'],
  after: ['decodeAuthenticate'],
  oneIn: 3,
  run: async (bytes) => {
    const token = prepare(bytes)
    const side = make()
    await side.step(negotiate)
    const { verdict } = await side.step(token)
    if (verdict === undefined) throw new Error('There is no verdict.')
    if (verdict.accepted === (verdict.failed !== undefined))
      throw new Error('The verdict contradicts itself.')
  },
  codes: ['ERR_NTLM_BAD_CHALLENGE'],
})

/** @param {'require' | 'accept'} policy @param {readonly Buffer[]} before @returns {Target} */
const spnegoAcceptorAfter = (policy, before) => ({
  oneIn: 2 + 4 * before.length,
  kinds: ['spnego', 'negotiate', 'authenticate'],
  after: ['decodeSpnego', 'decodeNegotiate', 'decodeAuthenticate'],
  run: async (bytes) => {
    const side = spnegoAcceptor(policy)
    for (const token of before) await side.step(token)
    const { token, verdict } = await side.step(bytes)
    if (token === undefined && verdict === undefined) throw new Error('Nothing follows.')
    requireReadable(token, (bytes) => (bytes[0] === 0x4e ? decodeChallenge(bytes) : decodeSpnego(bytes)))
  },
  codes: ['ERR_NTLM_BAD_CHALLENGE'],
})

/** @type {Record<string, Target>} */
export const conversationTargets = {
  NtlmInitiator: ntlmInitiator(() => initiator()),
  'NtlmInitiator with services': ntlmInitiator(() => initiator({ services: { confidentiality: true } })),
  'NtlmInitiator with NTLMv1': ntlmInitiator(() => initiator({ legacy: { ntlmV1: true, lm: true } })),
  'NtlmInitiator of nobody': ntlmInitiator(() => initiator({ credential: 'anonymous' })),
  'NtlmAcceptor at the NEGOTIATE': {
    kinds: ['negotiate'],
    after: ['decodeNegotiate'],
    run: async (bytes) => requireReadable((await acceptor().step(bytes)).token, decodeChallenge),
    codes: ['ERR_NTLM_BAD_CHALLENGE'],
  },
  'NtlmAcceptor at the AUTHENTICATE': ntlmAcceptor(() => acceptor()),
  'NtlmAcceptor, proven': ntlmAcceptor(() => acceptor(), reprove),
  'NtlmAcceptor, lenient and proven': ntlmAcceptor(lenientAcceptor, reprove),
  'SpnegoInitiator at the answer': {
    kinds: ['spnego', 'challenge'],
    after: ['decodeSpnego', 'decodeChallenge'],
    oneIn: 3,
    run: (bytes) => {
      const side = spnegoInitiator()
      side.step()
      const { token } = side.step(bytes)
      requireReadable(token, (bytes) => (bytes[0] === 0x4e ? decodeAuthenticate(bytes) : decodeSpnego(bytes)))
    },
    codes: SPNEGO_CODES,
  },
  'SpnegoInitiator at the end': {
    oneIn: 6,
    kinds: ['spnego'],
    after: ['decodeSpnego'],
    run: (bytes) => {
      const side = spnegoInitiator()
      side.step()
      side.step(answer)
      side.step(bytes)
    },
    codes: SPNEGO_CODES,
  },
  'SpnegoAcceptor at the NegTokenInit': spnegoAcceptorAfter('accept', []),
  'SpnegoAcceptor at the AUTHENTICATE': spnegoAcceptorAfter('accept', [offer]),
  'SpnegoAcceptor, not preferred': spnegoAcceptorAfter('accept', [otherOffer, late]),
  'SpnegoAcceptor at the mechListMIC': spnegoAcceptorAfter('require', [offer, unsigned]),
}
