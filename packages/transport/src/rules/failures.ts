import { NtlmError, type NtlmPhase } from '@ntlmkit/core'
import type { Rejection } from './credential-standing.js'

/** ERR_NTLM_CONFIG: an option that cannot be honoured. */
export function badOption(message: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint })
}

/** The errors of a handshake over HTTP, with the origin and what was seen in every message. */

/** ERR_NTLM_NOT_OFFERED: the server asks for authentication, and offers no scheme that is allowed. */
export function notOffered(origin: string, offered: readonly string[], wanted: readonly string[]): NtlmError {
  const list = offered.length > 0 ? offered.join(', ') : 'no scheme'
  return new NtlmError(
    'ERR_NTLM_NOT_OFFERED',
    `${origin} offers ${list}; allowed are ${wanted.join(', ')}.`,
    {
      phase: 'negotiate',
      hint: 'Switch Windows authentication on at the server, or allow the scheme it offers with the schemes option.',
    },
  )
}

/** ERR_NTLM_BAD_CHALLENGE: the server offers the scheme and answers every NEGOTIATE without a CHALLENGE. */
export function neverChallenged(origin: string, scheme: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_BAD_CHALLENGE',
    `${origin} offers ${scheme} and answered the NEGOTIATE twice without a CHALLENGE.`,
    {
      phase: 'negotiate',
      hint: 'Something in front of the server drops the token, or spreads the requests over several connections.',
    },
  )
}

/** ERR_NTLM_BAD_CHALLENGE: the server asks for the scheme, and answers its NEGOTIATE as if it did not. */
export function notChallenged(origin: string, scheme: string, status: number): NtlmError {
  return new NtlmError(
    'ERR_NTLM_BAD_CHALLENGE',
    `${origin} asks for ${scheme} and answered the NEGOTIATE with ${status} instead of a CHALLENGE.`,
    {
      phase: 'negotiate',
      hint: 'Something in front of the server contradicts it: look at what answers requests that carry a token.',
    },
  )
}

/** ERR_NTLM_REJECTED: the server answered the AUTHENTICATE with another 401. */
export function rejected(origin: string, scheme: string, account: string): NtlmError {
  return new NtlmError('ERR_NTLM_REJECTED', `${origin} rejected the ${scheme} credentials of ${account}.`, {
    phase: 'authenticate',
    hint:
      'Check the user name, its domain and the password; then the account (locked, disabled, log-on-to), the ' +
      "server's clock, and over TLS whether something between replaces the certificate (channel binding).",
  })
}

/** ERR_NTLM_REJECTED: the same, of credentials that the server accepted for another request. */
export function forbidden(origin: string, scheme: string, account: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_REJECTED',
    `${origin} accepted the ${scheme} credentials of ${account} before, and refuses this request.`,
    {
      phase: 'authenticate',
      hint: 'The account may lack the right to this URL, which IIS answers with a 401 too; or its password has changed.',
    },
  )
}

const coolDowns = new WeakMap<NtlmError, Rejection>()

/** The rejection for which a log-on was not tried. */
export function coolDownBehind(error: NtlmError): Rejection | undefined {
  return coolDowns.get(error)
}

/** ERR_NTLM_REJECTED: the origin rejected the credential a short while ago, and the request was not sent for it. */
export function coolingDown(origin: string, account: string, rejection: Rejection): NtlmError {
  const { error: cause, since, until } = rejection
  const error = new NtlmError(
    'ERR_NTLM_REJECTED',
    `${origin} rejected the credentials of ${account} at ${timeOf(since)} UTC: no log-on until ${timeOf(until)} UTC.`,
    {
      phase: 'authenticate',
      hint:
        'No log-on was tried for it, so that a wrong password does not lock the account. Another credential is tried at ' +
        'once, from the password function or by a new agent. See the cause.',
      cause,
    },
  )
  coolDowns.set(error, rejection)
  return error
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19)
}

/** ERR_NTLM_BODY_NOT_REPLAYABLE: the server asked after the request had gone, and it can go once only. */
export function bodyNotReplayable(origin: string, hasBody: boolean): NtlmError {
  const what = hasBody ? "the request's body was sent, and the body" : 'the request was sent, and it'
  return new NtlmError(
    'ERR_NTLM_BODY_NOT_REPLAYABLE',
    `${origin} asked for authentication after ${what} cannot be sent again.`,
    {
      phase: 'negotiate',
      hint: 'Send it once more: the origin is known to ask now. Or give the body as a string, a Buffer or a Blob.',
    },
  )
}

/** ERR_NTLM_CONNECTION_CLOSED: the connection was lost in the middle of a handshake. */
export function connectionClosed(origin: string, phase: NtlmPhase, cause?: unknown): NtlmError {
  return new NtlmError(
    'ERR_NTLM_CONNECTION_CLOSED',
    `${origin} closed the connection during the handshake.`,
    {
      phase,
      hint: 'NTLM needs one keep-alive connection: look for `Connection: close`, HTTP/1.0 or a balancer in between.',
      cause,
    },
  )
}

/** ERR_NTLM_CONNECTION_CLOSED: the same, where nothing was ever answered: keep-alive is not what is wrong then. */
export function closedUnanswered(origin: string, phase: NtlmPhase, cause?: unknown): NtlmError {
  const hint = /^https:/i.test(origin)
    ? 'Nothing at all was answered: does the server speak HTTP there, or want a certificate of the client?'
    : 'Nothing at all was answered: is this an https port, or no HTTP at all?'
  return new NtlmError(
    'ERR_NTLM_CONNECTION_CLOSED',
    `${origin} closed the connection during the handshake.`,
    { phase, hint, cause },
  )
}

/** ERR_NTLM_TIMEOUT: connecting and the legs took longer than `handshakeTimeout`, in milliseconds. */
export function timedOut(origin: string, milliseconds: number, phase: NtlmPhase): NtlmError {
  return new NtlmError('ERR_NTLM_TIMEOUT', `${origin} did not finish the handshake in ${milliseconds} ms.`, {
    phase,
    hint: 'Raise handshakeTimeout, or see why the server (or its domain controller) is slow to answer.',
  })
}

/** ERR_NTLM_RESPONSE_TOO_LARGE: an answer that nobody waits for has more bytes of body than the limit. */
export function responseTooLarge(origin: string, limit: number, phase: NtlmPhase): NtlmError {
  return new NtlmError(
    'ERR_NTLM_RESPONSE_TOO_LARGE',
    `${origin} answered a leg of the handshake with more than ${limit} bytes of body.`,
    { phase, hint: 'An error page of that size is no challenge: look at what answers there.' },
  )
}

/** ERR_NTLM_HTTP2: the connection that was opened speaks HTTP/2. */
export function http2Negotiated(origin: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_HTTP2',
    `The connection to ${origin} speaks HTTP/2, which NTLM cannot use.`,
    {
      phase: 'negotiate',
      hint: 'NTLM authenticates a connection and HTTP/2 shares it: offer http/1.1 only (allowH2: false) in ALPN.',
    },
  )
}

/** ERR_NTLM_CHANNEL_BINDING: there is no certificate to bind the handshake to. */
export function certificateMissing(origin: string): NtlmError {
  return new NtlmError('ERR_NTLM_CHANNEL_BINDING', `The certificate of ${origin} cannot be read.`, {
    phase: 'authenticate',
    hint: "A resumed TLS session has none: switch session re-use off, or the binding with channelBinding: 'none'.",
  })
}

/** ERR_NTLM_CHANNEL_BINDING: a renegotiation of TLS brought another certificate than the one that is bound to. */
export function certificateChanged(origin: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_CHANNEL_BINDING',
    `The certificate of ${origin} changed on an open connection.`,
    {
      phase: 'authenticate',
      hint: 'The handshake is bound to the first one. Find out what renegotiates TLS between here and the server.',
    },
  )
}
