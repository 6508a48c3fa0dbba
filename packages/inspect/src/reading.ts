import type { Finding } from '@ntlmkit/core'
import type { DecodedToken } from './decoded.js'
import type { Observation } from './observation.js'

/** The kind of text that somebody pasted. */
export type InputKind = 'token' | 'header' | 'har' | 'curl' | 'debug' | 'unknown'

/** One line of a time line. */
export interface ReadStep {
  readonly direction: 'request' | 'response'
  /** `GET https://intranet.corp/`, `401 Unauthorized`, or the name of the field that was pasted. */
  readonly label: string
  readonly connection?: number | undefined
  /** Milliseconds since 1970. */
  readonly at?: number | undefined
  /** The field that the token stood in: `WWW-Authenticate`. */
  readonly field?: string | undefined
  readonly token?: DecodedToken | undefined
}

/** What belongs together in a text: the exchanges with one origin, and what they show. */
export interface ReadConversation {
  readonly observation: Observation
  readonly steps: readonly ReadStep[]
  readonly findings: readonly Finding[]
}

/** A text, read as far as it can be. */
export interface Reading {
  readonly kind: InputKind
  readonly conversations: readonly ReadConversation[]
  /** Why there is less than was hoped for. */
  readonly problems: readonly string[]
}
