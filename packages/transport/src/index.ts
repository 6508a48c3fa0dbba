export {
  type ConnectionCounts,
  describeIdentity,
  type IdentityDescription,
  showAs,
} from './described.js'
export { warnOfForeignRuntime } from './foreign-runtime.js'
export {
  ANYBODY,
  Identities,
  type IdentitiesOptions,
  type IdentityCredential,
  type SharedOptions,
  sharedOptions,
} from './identities.js'
export { type LeftAloneRequest, type RefusedAnswer, tellLeftAlone } from './left-alone-told.js'
export { closes, type ResponseHead } from './rules/answer.js'
export { ConnectionAuth } from './rules/connection-auth.js'
export type { ConnectionAuthOptions, ConnectionState } from './rules/conversation.js'
export * as failures from './rules/failures.js'
export { findingsOf } from './rules/left-alone.js'
export { LegCookies } from './rules/leg-cookies.js'
export { belongsToLeg, type Framing } from './rules/leg-fields.js'
export {
  checkOptionNames,
  type FirstLegOptions,
  type NtlmOptions,
  ownOptions,
  type ResolvedNtlmOptions,
  resolveOptions,
} from './rules/options.js'
export { type OriginPattern, type OriginPolicy, type Origins, originPolicy } from './rules/origins.js'
export { isIdempotent, isSafe, OutgoingRequest, type RequestTraits } from './rules/outgoing-request.js'
export { type OriginSession, Session } from './rules/session.js'
export type { Leg, Step } from './rules/step.js'
export { TLS_OPTIONS } from './rules/tls-option-names.js'
export { OPTION_HELP, type OptionHelp, type OptionPlace } from './rules/unknown-option.js'
export { Drain, MAX_DRAINED } from './sockets/drain.js'
export { type DrivenConnection, Driver, type ExchangeOwner, type Verdict } from './sockets/driver.js'
export { holdFree, type LegOutcome, type Parsing, sendLeg, type WrittenLeg } from './sockets/leg.js'
export { afterPolling, hangUp, isGarbage, isLoss } from './sockets/lost-connection.js'
export * as nodeInternals from './sockets/node-internals.js'
export { readChannel } from './sockets/tls.js'
export { UnderWay } from './under-way.js'
