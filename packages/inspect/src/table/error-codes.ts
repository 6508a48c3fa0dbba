import type { NtlmErrorCode } from '@ntlmkit/core'

/** What an error says, for docs/errors.md. */
export interface ErrorEntry {
  readonly means: string
  readonly nextStep: string
}

/** Every code of NtlmError. */
export const ERRORS: Readonly<Record<NtlmErrorCode, ErrorEntry>> = {
  ERR_NTLM_CONFIG: {
    means: 'An option cannot be honoured. It is thrown where the option is given, before anything is sent.',
    nextStep: 'The message names the option and the hint what it may be.',
  },
  ERR_NTLM_NOT_OFFERED: {
    means: 'The server asks for authentication, and offers no scheme that is allowed.',
    nextStep:
      'Compare what the message says is offered with the schemes option, and with the providers in IIS.',
  },
  ERR_NTLM_BAD_CHALLENGE: {
    means: 'The CHALLENGE is malformed, or never came.',
    nextStep: 'See what stands between: something drops, rewrites or spreads the Authorization field.',
  },
  ERR_NTLM_DOWNGRADE: {
    means:
      'The server does not grant what must be there: Unicode for a name outside ASCII, SIGN or the mechanism within ' +
      'Negotiate. The message names it.',
    nextStep: 'Have the server grant it; within Negotiate, see whether it takes NTLM at all.',
  },
  ERR_NTLM_REJECTED: {
    means: 'The credentials were refused: to this request, or a short while ago, and then it was not sent.',
    nextStep: 'The findings say what speaks for which cause; event 4625 on the server says which it was.',
  },
  ERR_NTLM_CONNECTION_CLOSED: {
    means: 'The connection was lost during the handshake, three times; or on the credentials, twice.',
    nextStep: 'See what closes it: the server, a proxy or a balancer without keep-alive.',
  },
  ERR_NTLM_TIMEOUT: {
    means: 'Connecting and the handshake took longer than handshakeTimeout.',
    nextStep: 'The finding says in which leg, or that the password function did not answer.',
  },
  ERR_NTLM_HTTP2: {
    means: 'The connection speaks HTTP/2, which NTLM cannot use.',
    nextStep: 'Offer http/1.1 only: allowH2: false.',
  },
  ERR_NTLM_BODY_NOT_REPLAYABLE: {
    means: 'The server asked after a body was sent that cannot be sent again.',
    nextStep: 'Send the request once more, or give the body as a string, bytes or a Blob.',
  },
  ERR_NTLM_CHANNEL_BINDING: {
    means:
      "The server's certificate cannot be read, changed on an open connection, or has a signature (Ed25519, SHA-3) " +
      'for which no binding is defined.',
    nextStep:
      "Give the server another certificate, or set channelBinding: 'none' where it does not require one.",
  },
  ERR_NTLM_RESPONSE_TOO_LARGE: {
    means: 'A leg of the handshake was answered with more than 1 MiB of body.',
    nextStep: 'Look at what answers there: a page of that size is no challenge.',
  },
  ERR_NTLM_PROXY: {
    means:
      "A proxy is in the way: it asks for a log-on of its own, refused the tunnel, or the client's own way through " +
      'it would replace the agent that authenticates.',
    nextStep: 'Give an agent for the proxy (via, httpsAgent), or go past it (NO_PROXY, proxy: false).',
  },
  ERR_NTLM_INTEGRITY: {
    means: 'A signature or a sequence number does not verify.',
    nextStep:
      'Somebody in between changed a message, or the two sides hold different keys: try without what is between.',
  },
}
