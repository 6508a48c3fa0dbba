import { Readable } from 'node:stream'
import { DEFAULT_ACCEPTOR_FLAGS, Flag, type NtlmErrorCode } from '@ntlmkit/core'
import type { NtlmServerOptions } from '@ntlmkit/server'
import type { NtlmOptions } from '@ntlmkit/transport'
import { type CallOptions, streamOf } from '../clients/session.js'
import type { Message } from '../wire/leg-of.js'
import { PASSWORD, USERNAME } from './secret-account.js'

/** How a client is given the secret. */
export type SecretKind =
  | 'password'
  | 'function'
  | 'async function'
  | 'hash bytes'
  | 'hash digits'
  | 'hash function'

export type End = number | NtlmErrorCode | 'error'

/** A way for a request to end, and what brings it about. */
export interface Scene {
  /** The status, or the code of the NtlmError somewhere in what the client throws; of the client's own error `'error'`. */
  ends: End
  /** With a 401: the code of the NtlmError that is the cause of a client's own error for it. */
  because?: NtlmErrorCode
  secret?: SecretKind
  server?: Partial<NtlmServerOptions>
  /** Nobody listens, or nobody ever answers. Default: a server. */
  instead?: 'nobody' | 'silence'
  tls?: boolean
  /** What happens when this message has left the client. */
  on?: { message: Message; act: 'reset' | 'hold' | 'abort' }
  tamper?: (text: string) => string
  identity?: Partial<NtlmOptions>
  call?: () => CallOptions
  /** Requests at the same time. Default: 1. */
  atOnce?: number
  /** How often, one after the other. Default: 1. */
  rounds?: number
}

const others = { [USERNAME]: 'another password' }
const post = (): CallOptions => ({ method: 'POST', body: Buffer.from('some bytes') })
const upload = (): CallOptions => ({ method: 'POST', body: streamOf(Buffer.from('some bytes')) })
/** In pieces, of which Node takes no more than a few before there is a socket: what it has whole can go twice. */
const longUpload = (): CallOptions => ({ method: 'POST', body: Readable.from(pieces()) })

function* pieces(): Iterable<Buffer> {
  for (let i = 0; i < 64; i++) yield Buffer.alloc(16 * 1024, 'some bytes')
}

const strict = { strict: true }

/** In the answer that ends a negotiation the token ends with its mechListMIC, and that with a checksum and a number. */
function spoilMechListMic(text: string): string {
  if (!text.startsWith('HTTP/1.1 200 ')) return text
  return text.replace(/(Negotiate [\w+/]+)[\w+/]{4}([\w+/]{8}=*\r\n)/, '$1AAAA$2')
}

export const scenes: Readonly<Record<string, Scene>> = {
  'a success': { ends: 200, call: post },
  'a success within Negotiate': {
    ends: 200,
    secret: 'function',
    server: { schemes: ['negotiate'], mechListMic: 'require' },
    identity: { schemes: ['negotiate'] },
  },
  'a success over TLS': { ends: 200, secret: 'hash bytes', tls: true },
  'a success with every request authenticated': {
    ends: 200,
    secret: 'async function',
    server: { persist: 'request' },
    rounds: 2,
  },
  'a success with NTLMv1': {
    ends: 200,
    secret: 'hash digits',
    server: { targetInfo: false, legacy: { ntlmV1: true } },
    identity: { legacy: { ntlmV1: true } },
  },
  'a rejection': { ends: 401, because: 'ERR_NTLM_REJECTED', server: { users: others }, atOnce: 2 },
  'a rejection, strict': {
    ends: 'ERR_NTLM_REJECTED',
    secret: 'hash function',
    server: { users: others },
    identity: strict,
    atOnce: 2,
  },
  'a rejection of an upload': {
    ends: 401,
    because: 'ERR_NTLM_REJECTED',
    server: { users: others },
    call: upload,
  },
  'no scheme of ours': {
    ends: 401,
    because: 'ERR_NTLM_NOT_OFFERED',
    server: { schemes: ['negotiate'] },
    identity: { schemes: ['ntlm'] },
  },
  'no scheme of ours, strict': {
    ends: 'ERR_NTLM_NOT_OFFERED',
    server: { schemes: ['negotiate'] },
    identity: { ...strict, schemes: ['ntlm'] },
  },
  'a malformed challenge': { ends: 'ERR_NTLM_BAD_CHALLENGE', server: { malformed: 'offset' } },
  'a challenge that never comes': { ends: 'ERR_NTLM_BAD_CHALLENGE', server: { malformed: 'empty' } },
  'a downgrade': {
    ends: 'ERR_NTLM_DOWNGRADE',
    server: { schemes: ['negotiate'], flags: (DEFAULT_ACCEPTOR_FLAGS & ~Flag.NEGOTIATE_SIGN) >>> 0 },
    identity: { schemes: ['negotiate'] },
  },
  'a success without target info': { ends: 200, server: { targetInfo: false } },
  'a connection that closes with the challenge': {
    ends: 'ERR_NTLM_CONNECTION_CLOSED',
    server: { close: 'with-challenge' },
  },
  'a connection lost with the AUTHENTICATE out': {
    ends: 'ERR_NTLM_CONNECTION_CLOSED',
    on: { message: 'AUTHENTICATE', act: 'reset' },
    call: post,
  },
  'a server that never answers': {
    ends: 'ERR_NTLM_TIMEOUT',
    instead: 'silence',
    identity: { handshakeTimeout: 60 },
  },
  'a body that cannot go twice': {
    ends: 'ERR_NTLM_BODY_NOT_REPLAYABLE',
    server: { head: 200 },
    identity: strict,
    call: longUpload,
  },
  'an answer that is too large': {
    ends: 'ERR_NTLM_RESPONSE_TOO_LARGE',
    server: { head: 405, refusalSize: 1_100_000 },
    call: upload,
  },
  'a list of mechanisms that was changed': {
    ends: 'ERR_NTLM_INTEGRITY',
    server: { schemes: ['negotiate'], mechListMic: 'require' },
    identity: { schemes: ['negotiate'] },
    tamper: spoilMechListMic,
  },
  'a request given up with the NEGOTIATE out': {
    ends: 'error',
    on: { message: 'NEGOTIATE', act: 'abort' },
  },
  'a request given up with the AUTHENTICATE out': {
    ends: 'error',
    on: { message: 'AUTHENTICATE', act: 'abort' },
    call: post,
  },
  "a client's own timeout with the AUTHENTICATE out": {
    ends: 'error',
    on: { message: 'AUTHENTICATE', act: 'hold' },
    call: () => ({ timeout: 250 }),
  },
  'a port where nobody listens': { ends: 'error', instead: 'nobody' },
}

/** The options that give the secret in this way. */
export function secretOptions(
  kind: SecretKind = 'password',
  ntHash: Buffer,
): Pick<NtlmOptions, 'password' | 'ntHash'> {
  switch (kind) {
    case 'password':
      return { password: PASSWORD }
    case 'function':
      return { password: () => PASSWORD }
    case 'async function':
      return { password: async () => PASSWORD }
    case 'hash bytes':
      return { ntHash }
    case 'hash digits':
      return { ntHash: ntHash.toString('hex') }
    case 'hash function':
      return { ntHash: async () => ntHash }
  }
}
