import type { NtlmFacts } from './decoded.js'

/** A head of HTTP as far as it was seen; names in lower case. */
export type SeenFields = Readonly<Record<string, string | readonly string[] | undefined>>

/** One request as it went over a wire, and the answer to it if there was one. */
export interface SeenExchange {
  /** Exchanges of one connection have the same number; absent where connections were not seen. */
  readonly connection?: number | undefined
  readonly method: string
  /** Absolute, or a path of the observation's origin. */
  readonly url: string
  /** The fields of the request. A secret token may be absent although a handshake took place. */
  readonly request: SeenFields
  /** Absent where no answer came. */
  readonly status?: number | undefined
  /** The fields of the answer. */
  readonly response?: SeenFields | undefined
  /** As ALPN or the status line has it: `'1.0'`, `'1.1'`, `'2'`. */
  readonly httpVersion?: string | undefined
  /** Milliseconds since 1970, by this machine's clock. */
  readonly sentAt?: number | undefined
  readonly answeredAt?: number | undefined
  /** The connection closed behind the answer, or instead of one. */
  readonly closed?: boolean | undefined
  /** Facts of the messages, where a record has them in the place of the tokens. */
  readonly told?: ToldLeg | undefined
}

/** A leg as a record without tokens tells it. */
export interface ToldLeg {
  /** The message that was sent. */
  readonly phase?: 'negotiate' | 'authenticate' | undefined
  /** The CHALLENGE that came. */
  readonly challenge?: NtlmFacts | undefined
}

/** A server's leaf certificate. */
export interface SeenCertificate {
  /** Distinguished names, as `CN=..., O=...`. */
  readonly subject?: string | undefined
  readonly issuer?: string | undefined
  /** SHA-256, hex. */
  readonly fingerprint?: string | undefined
  /** The hash that stands in the AUTHENTICATE (MsvAvChannelBindings), hex. */
  readonly binding?: string | undefined
}

/** The client's side: what it was told to do. */
export interface SeenClient {
  /** The program, where it is another than ours and its options are others: `'curl'`. */
  readonly program?: string | undefined
  /** The password was empty. */
  readonly emptyPassword?: boolean | undefined
  /** The user name as it was written in the options. */
  readonly username?: string | undefined
  /** The domain that is sent; `''` is none. */
  readonly domain?: string | undefined
  readonly user?: string | undefined
  /** The name of this machine that is sent along; `''` is none. */
  readonly workstation?: string | undefined
  readonly schemes?: readonly ('ntlm' | 'negotiate')[] | undefined
  readonly channelBinding?: 'auto' | 'none' | undefined
  /** The list of the `origins` option, as far as it is one: patterns as they were written. */
  readonly origins?: readonly string[] | undefined
  /** Why this package left the request alone, where it did. */
  readonly leftAlone?: LeftAlone | undefined
  /** A run-time other than Node: `'bun 1.3'`. */
  readonly runtime?: string | undefined
}

/** Why a request was sent without our taking part. */
export type LeftAlone =
  | 'origin-not-listed'
  | 'own-authorization'
  | 'switched-off'
  | 'proxy-option'
  | 'bypassed'
  | 'runtime'
  | 'dns-interceptor'

/** The parts of an AUTHENTICATE that somebody checked who has the password. */
export interface Verified {
  /** The response was made of this password, this account and the CHALLENGE that was seen. */
  readonly response?: boolean | undefined
  /** The MIC is that of the three messages that were seen. */
  readonly mic?: boolean | undefined
  /** The channel binding is that of the server's certificate. */
  readonly binding?: boolean | undefined
}

/** What ended the exchange, where it was no answer. */
export interface SeenFailure {
  /** A code of NtlmError (`ERR_NTLM_TIMEOUT`) or of the system (`ECONNRESET`). */
  readonly code: string
  readonly during?:
    | 'password'
    | 'connect'
    | 'negotiate'
    | 'challenge'
    | 'authenticate'
    | 'request'
    | undefined
  /** Milliseconds, of a time-out. */
  readonly after?: number | undefined
}

/**
 * All that was seen of a log-on that failed, or may fail. Whoever saw less leaves fields out, and gets fewer findings.
 */
export interface Observation {
  /** As `URL.origin` writes it. */
  readonly origin: string
  /** In the order in which they were sent. */
  readonly exchanges: readonly SeenExchange[]
  readonly client?: SeenClient | undefined
  readonly certificate?: SeenCertificate | undefined
  readonly failure?: SeenFailure | undefined
  /** The server took this credential earlier. */
  readonly acceptedBefore?: boolean | undefined
  /** The last AUTHENTICATE, checked with the password; absent is not checked. */
  readonly verified?: Verified | undefined
  /** A rejection that is remembered: no log-on was tried. Milliseconds since 1970. */
  readonly coolingDown?: { readonly since: number; readonly until: number } | undefined
}
