import type { Finding } from '@ntlmkit/core'
import type { SeenTls } from './tls.js'

/** The result of a probe: what `--json` prints. */
export interface ProbeReport {
  readonly url: string
  /** Of the first answer, to a GET without credentials; absent where none came over HTTP/1.1. */
  readonly status: number | undefined
  /** Where that answer redirects to, absolute. */
  readonly location: string | undefined
  readonly server: string | undefined
  /** The schemes of its WWW-Authenticate, as they were written. */
  readonly offers: readonly string[]
  readonly challenge: ProbeChallenge | undefined
  readonly clock: ProbeClock | undefined
  /** Absent without TLS. */
  readonly tls: SeenTls | undefined
  readonly connection: ProbeConnection
  /** Absent where nothing was sent over HTTP/1.1. */
  readonly head: ProbeHead | undefined
  /** Absent where no account was given. */
  readonly logOn: ProbeLogOn | undefined
  readonly findings: readonly Finding[]
}

/** What the CHALLENGE says of the server. */
export interface ProbeChallenge {
  readonly scheme: 'NTLM' | 'Negotiate'
  readonly netbiosDomain: string | undefined
  readonly netbiosComputer: string | undefined
  readonly dnsDomain: string | undefined
  readonly dnsComputer: string | undefined
  readonly dnsForest: string | undefined
  readonly version: string | undefined
  /** What is wrong with it. */
  readonly problems: readonly string[]
}

export interface ProbeClock {
  /** ISO 8601. */
  readonly server: string
  /** Seconds by which the server's clock is ahead of this one; negative where it is behind. */
  readonly aheadSeconds: number
  readonly from: 'challenge' | 'date'
}

export interface ProbeConnection {
  /** A second request found the connection open and left it so; undefined where none was sent. */
  readonly persists: boolean | undefined
  readonly httpVersion: string
}

export interface ProbeHead {
  /** Undefined where no answer came. */
  readonly status: number | undefined
  /** HEAD is answered as GET is. */
  readonly served: boolean
}

/** The one log-on. */
export interface ProbeLogOn {
  readonly account: string
  /** The server knows the account, and took its log-on; of a 403 too, which is about the page. */
  readonly accepted: boolean
  readonly status: number | undefined
  /** Why it was not tried, or failed, or is not known to be accepted. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string } | undefined
}
