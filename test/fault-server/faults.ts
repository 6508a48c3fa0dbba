/** What becomes of a connection once the bytes of a fault are out. */
export type Ending = 'fin' | 'rst' | 'silence'

/**
 * What goes wrong, as data. Behind a FIN and in silence the server reads on and drops what it reads, so that only what
 * it wrote, or did not, is the fault.
 *
 * Of those that change an answer some end the connection; after the others it goes on as if nothing had been.
 */
export type Fault =
  /** The server's side is closed; in TLS, with a close_notify. */
  | { kind: 'fin' }
  | { kind: 'rst' }
  /** Nothing is written any more. */
  | { kind: 'silence' }
  /** Bytes that are no HTTP, and then nothing. */
  | { kind: 'garbage' }
  /** The answer's head breaks off in the middle. */
  | { kind: 'half-head'; ending: Ending }
  /** The answer's body breaks off in the middle. */
  | { kind: 'half-body'; ending: Ending }
  /** The whole answer, and a FIN behind it, announced by `Connection: close` or not. */
  | { kind: 'close'; announced: boolean }
  /**
   * The answer's Content-Length is too long, and the rest does not come; or too short, and the rest comes all the same.
   * `ending` rules what follows the answer; absent, the connection goes on.
   */
  | { kind: 'content-length'; by: number; ending?: Ending }
  /** Interim answers before the answer. */
  | { kind: 'informational'; status: 100 | 102 | 103; times?: number }
  /** Another answer, without a challenge, in the place of the one that was due. */
  | { kind: 'status'; status: number; close?: boolean }
  /** A fatal alert in plain text under the TLS connection, or in the place of its handshake; then a FIN. */
  | { kind: 'tls-alert'; description: 'handshake_failure' | 'internal_error' }
  /** At `accept` only: TLS that wants a certificate of the client, and says so when the client is already done. */
  | { kind: 'client-certificate' }
  /** The connection is open, and nobody's any more: what it carries next is asked for authentication. */
  | { kind: 'forget' }
  /** At `accept` only: this connection brings the server's other certificate. */
  | { kind: 'other-certificate' }
  /** TLS 1.2 only: the connection is negotiated anew, with the certificate it has or the other one; then it goes on. */
  | { kind: 'renegotiation'; certificate: 'same' | 'other' }

export type FaultKind = Fault['kind']
