import type { AcceptorVerdict, Scheme } from '@ntlmkit/core'

/** The user a request runs as: `req.ntlm`. */
export interface NtlmIdentity {
  /** As the client sent it, whatever its case; `user@dns.domain` stays whole. */
  readonly username: string
  /** As the client sent it; empty when it sent none, and for an anonymous user, who proved nothing. */
  readonly domain: string
  /** The client's machine, as it says; usually empty. */
  readonly workstation: string
  /** There for an anonymous NTLM user, who only gets in by `allow.anonymous`. */
  readonly anonymous?: true
  /** There for an account of guests, under whatever spelling of its name; they only get in by `allow.guest`. */
  readonly guest?: true
  readonly scheme: Scheme
  /** True for a handshake that a MIC protected. */
  readonly mic: boolean
  /** MsvAvChannelBindings in hex, if the client bound the handshake to its TLS channel. */
  readonly channelBinding?: string
  /** The service principal name the client asked for. */
  readonly targetName?: string
  /** The number of the connection, from 1. */
  readonly connection: number
}

declare module 'node:http' {
  interface IncomingMessage {
    /** Set by `ntlmAuth` of @ntlmkit/server; absent on anonymous paths. */
    ntlm?: NtlmIdentity
  }
}

/** The user of an accepted AUTHENTICATE, in the form that `request.ntlm` has. */
export function identityOf(verdict: AcceptorVerdict, scheme: Scheme, connection: number): NtlmIdentity {
  const { user: username, workstation, mic, channelBinding, targetName } = verdict
  const anonymous = verdict.response === 'anonymous' || undefined
  const guest = verdict.guest === true || undefined
  const domain = anonymous ? '' : verdict.domain
  return {
    username,
    domain,
    anonymous,
    guest,
    workstation,
    scheme,
    mic,
    channelBinding,
    targetName,
    connection,
  }
}
