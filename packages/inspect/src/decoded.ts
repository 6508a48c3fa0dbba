/** One field of a message, with the place it has in the bytes. */
export interface DecodedField {
  /** The specification's name: `NegotiateFlags`, `MsvAvTimestamp`. */
  readonly name: string
  /** Bytes from the start of the token that was given, wrapping included. */
  readonly offset: number
  /** Bytes. */
  readonly length: number
  /** For people, on one line. */
  readonly value: string
  /** What the value means. */
  readonly explanation?: string | undefined
  /** Why the value is wrong or remarkable. */
  readonly problem?: string | undefined
  /** Flags, AV pairs, parts of a structure. */
  readonly fields?: readonly DecodedField[] | undefined
}

export type TokenKind =
  | 'negotiate'
  | 'challenge'
  | 'authenticate'
  | 'neg-token-init'
  | 'neg-token-resp'
  | 'kerberos'
  | 'unknown'

/** A token, read as far as it can be: what is wrong with it is said and not thrown. */
export interface DecodedToken {
  readonly kind: TokenKind
  /** For a heading: `NTLM CHALLENGE in a SPNEGO NegTokenResp`. */
  readonly title: string
  readonly bytes: Uint8Array
  readonly fields: readonly DecodedField[]
  readonly problems: readonly string[]
  /** The facts of the NTLM message in it, whichever way it was wrapped. */
  readonly ntlm?: NtlmFacts | undefined
}

/** The facts of an NTLM message that findings are made of. */
export interface NtlmFacts {
  readonly type: 'negotiate' | 'challenge' | 'authenticate'
  readonly flags: number
  /** CHALLENGE: the names that its target information has. */
  readonly targetName?: string | undefined
  readonly netbiosDomain?: string | undefined
  readonly netbiosComputer?: string | undefined
  readonly dnsDomain?: string | undefined
  readonly dnsComputer?: string | undefined
  readonly dnsForest?: string | undefined
  /** Milliseconds since 1970. */
  readonly timestamp?: number | undefined
  /** `10.0.17763`. */
  readonly version?: string | undefined
  /** AUTHENTICATE. */
  readonly domain?: string | undefined
  readonly user?: string | undefined
  readonly workstation?: string | undefined
  readonly response?: 'ntlm-v2' | 'ntlm-v1' | 'ntlm-v1-ess' | 'anonymous' | undefined
  readonly hasMic?: boolean | undefined
  /** MsvAvChannelBindings, hex; all zeros is "none". */
  readonly channelBinding?: string | undefined
  /** MsvAvTargetName: the SPN. */
  readonly servicePrincipal?: string | undefined
}
