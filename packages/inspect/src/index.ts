export type { Finding, FindingId, Likelihood } from '@ntlmkit/core'
export { decodeToken } from './decode-token.js'
export type { DecodedField, DecodedToken, NtlmFacts, TokenKind } from './decoded.js'
export { diagnose } from './diagnose.js'
export { FINDINGS, type FindingEntry } from './finding-table.js'
export type {
  LeftAlone,
  Observation,
  SeenCertificate,
  SeenClient,
  SeenExchange,
  SeenFailure,
  SeenFields,
  ToldLeg,
  Verified,
} from './observation.js'
export { readInput } from './read-input.js'
export type { InputKind, ReadConversation, Reading, ReadStep } from './reading.js'
export { tokenBytes } from './token-text.js'
