import type { AcceptorVerdict, Scheme } from '@ntlmkit/core'

/** Who a request runs as: `req.ntlm`. */
export interface NtlmIdentity {
  /** As the client sent it, whatever its case; `user@dns.domain` stays whole. */
  readonly username: string
  /** As the client sent it; empty when it sent none. */
  readonly domain: string
  /** The client's machine, as it says; usually empty. */
  readonly workstation: string
  readonly scheme: Scheme
  /** Whether the handshake was protected by a MIC. */
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

/** Who an accepted AUTHENTICATE was, in the form that `request.ntlm` has. */
export function identityOf(verdict: AcceptorVerdict, scheme: Scheme, connection: number): NtlmIdentity {
  const { user: username, domain, workstation, mic, channelBinding, targetName } = verdict
  return { username, domain, workstation, scheme, mic, channelBinding, targetName, connection }
}
