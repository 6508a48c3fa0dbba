// Everything that reads bytes from outside, and what may become of them there.
import {
  channelBindingFor,
  decodeAuthenticate,
  decodeAvPairs,
  decodeChallenge,
  decodeNegotiate,
  decodeSpnego,
  encodeAuthenticate,
  encodeAvPairs,
  encodeChallenge,
  encodeMechTypeList,
  encodeNegotiate,
  encodeNegTokenInit,
  encodeNegTokenResp,
  SessionSecurity,
  tlsServerEndPoint,
} from '@ntlmkit/core'
import { conversationTargets } from './conversation-targets.mjs'
import { fieldTargets } from './field-targets.mjs'
import { inspectTargets } from './inspect-targets.mjs'
import { stable } from './round-trips.mjs'

/** @typedef {import('../../packages/core/src/spnego/der.js').DerElement} DerElement */

/**
 * What the packages do not export: handed in by whoever loads them, from their sources or as they were built.
 *
 * @typedef {object} Internals
 * @property {new (bytes: Uint8Array) => { readonly done: boolean, next(): DerElement }} DerReader
 * @property {typeof import('../../packages/core/src/spnego/der.js').decodeOid} decodeOid
 * @property {typeof import('../../packages/core/src/spnego/der.js').encodeOid} encodeOid
 * @property {typeof import('../../packages/server/src/credentials-header.js').offeredToken} offeredToken
 */

/**
 * @typedef {object} Target
 * @property {readonly import('./corpus.mjs').Kind[]} kinds the inputs it is for.
 * @property {(bytes: Buffer) => unknown} run
 * @property {readonly string[]} [after] decoders that it begins with: what they all refuse is not worth its time.
 * @property {number} [oneIn] it gets one in so many of the inputs: for the slow ones. Default: 1.
 * @property {readonly string[]} [codes] of the NtlmErrors it may throw. Default: any.
 */

const MALFORMED = ['ERR_NTLM_BAD_CHALLENGE']

/** @type {Record<string, Target>} */
const messageTargets = {
  decodeNegotiate: {
    kinds: ['negotiate'],
    run: stable(decodeNegotiate, encodeNegotiate),
    codes: MALFORMED,
  },
  decodeChallenge: {
    kinds: ['challenge'],
    run: stable(decodeChallenge, encodeChallenge),
    codes: MALFORMED,
  },
  decodeAuthenticate: {
    kinds: ['authenticate'],
    run: stable(decodeAuthenticate, encodeAuthenticate),
    codes: MALFORMED,
  },
  decodeAvPairs: {
    kinds: ['av-pairs'],
    run: stable(decodeAvPairs, encodeAvPairs),
    codes: MALFORMED,
  },
}

/** A byte of an object identifier becomes three digits and a dot at most; its first one, four characters. */
const DOTTED = 4

/** @param {Internals} internals @returns {Record<string, Target>} */
const derTargets = ({ DerReader, decodeOid, encodeOid }) => ({
  decodeSpnego: {
    kinds: ['spnego'],
    run: stable(decodeSpnego, encodeSpnego, DOTTED),
    codes: MALFORMED,
  },
  tlsServerEndPoint: {
    kinds: ['certificate'],
    run: tlsServerEndPoint,
    codes: ['ERR_NTLM_CHANNEL_BINDING'],
  },
  channelBindingFor: {
    kinds: ['certificate'],
    run: channelBindingFor,
    codes: ['ERR_NTLM_CHANNEL_BINDING'],
  },
  DerReader: {
    kinds: ['certificate', 'spnego'],
    run: (bytes) => {
      const reader = new DerReader(bytes)
      while (!reader.done) {
        const { contents, encoded } = reader.next()
        if (contents.length >= encoded.length) throw new Error('An element is no longer than its contents.')
      }
    },
    codes: MALFORMED,
  },
  decodeOid: {
    kinds: ['certificate'],
    run: (bytes) => {
      const contents = bytes.subarray(bytes[0] % 32)
      const encoded = encodeOid(decodeOid(contents))
      if (!encoded.subarray(encoded.length - contents.length).equals(contents)) {
        throw new Error('An object identifier is written differently.')
      }
    },
    codes: MALFORMED,
  },
})

/** @param {ReturnType<typeof decodeSpnego>} token */
function encodeSpnego(token) {
  if (token.kind === 'resp') return encodeNegTokenResp(token)
  if (!encodeMechTypeList(token.mechTypes).equals(token.mechTypeList)) {
    throw new Error('A list of mechanisms is written differently.')
  }
  return encodeNegTokenInit(token)
}

/** Integrity alone, and sealing without extended session security. */
const SESSION_FLAGS = { verify: 0xe2088215, unwrap: 0xe2008235 }

/** @param {number} flags */
const session = (flags) =>
  new SessionSecurity({ exportedSessionKey: Buffer.alloc(16, 6), flags, role: 'acceptor' })

/** @type {Record<string, Target>} */
const sessionTargets = {
  'SessionSecurity.verify': {
    kinds: ['sealed'],
    run: (bytes) => session(SESSION_FLAGS.verify).verify(Buffer.from('message'), bytes),
    codes: ['ERR_NTLM_INTEGRITY'],
    oneIn: 4,
  },
  'SessionSecurity.unwrap': {
    kinds: ['sealed'],
    run: (bytes) => session(SESSION_FLAGS.unwrap).unwrap(bytes),
    codes: ['ERR_NTLM_INTEGRITY'],
    oneIn: 4,
  },
}

/**
 * @param {Internals} internals
 * @returns {Record<string, Target>}
 */
export function targetsWith(internals) {
  return {
    ...messageTargets,
    ...derTargets(internals),
    ...conversationTargets,
    ...sessionTargets,
    ...fieldTargets(internals),
    ...inspectTargets,
  }
}
