export { type AccountName, parseAccountName } from './account-name.js'
export { knownAcrossCopies } from './brand.js'
export { type HttpChallenge, parseChallenges } from './challenges.js'
export { channelBindingFor, channelBindingHash, tlsServerEndPoint } from './channel-binding.js'
export {
  Credential,
  type CredentialOptions,
  Credentials,
  type SecretSource,
  secretOf,
} from './credentials.js'
export { diagnostics } from './diagnostics.js'
export { explain, NtlmError, type NtlmErrorCode, type NtlmErrorDetails, type NtlmPhase } from './errors.js'
export {
  type AuthenticatedEvent,
  channels,
  type EventChannel,
  type LegEvent,
  type RefusedEvent,
  type RequestOfEvent,
} from './events.js'
export { checkFieldLength } from './field-length.js'
export type { Finding, FindingId, Likelihood } from './finding.js'
export { nearestName } from './nearest-name.js'
export { type Acceptor, type AcceptorStep, NtlmAcceptor } from './ntlm/acceptor.js'
export { DEFAULT_ACCEPTOR_FLAGS } from './ntlm/acceptor-challenge.js'
export type { NtlmAcceptorOptions, TargetNames } from './ntlm/acceptor-options.js'
export { type Conversation, type Verification, verifyAuthenticate } from './ntlm/acceptor-verification.js'
export { isGuestName, isNobody } from './ntlm/account-names.js'
export type { AccountSecret, AccountStore } from './ntlm/accounts.js'
export { AvId, type AvPair, decodeAvPairs, encodeAvPairs, findAvPair } from './ntlm/av-pairs.js'
export type { Entropy } from './ntlm/entropy.js'
export { Flag, type FlagName, flagNames } from './ntlm/flags.js'
export { NtlmInitiator, type NtlmInitiatorOptions } from './ntlm/initiator.js'
export type { LegacyOptions } from './ntlm/legacy.js'
export {
  type AuthenticateMessage,
  type ChallengeMessage,
  decodeAuthenticate,
  decodeChallenge,
  decodeNegotiate,
  encodeAuthenticate,
  encodeChallenge,
  encodeNegotiate,
  type MessageType,
  messageType,
  type NegotiateMessage,
} from './ntlm/messages.js'
export type { SessionServices } from './ntlm/services.js'
export { type SealedMessage, SessionSecurity, type SessionSecurityOptions } from './ntlm/session-security.js'
export type { AcceptorVerdict, FailedCheck, ResponseKind } from './ntlm/verdict.js'
export { type Scheme, servicePrincipalName } from './scheme.js'
export type { SecurityContext, SecurityContextStep } from './security-context.js'
export { shown } from './shown.js'
export { SpnegoAcceptor, type SpnegoAcceptorOptions } from './spnego/acceptor.js'
export { SpnegoInitiator, type SpnegoInitiatorOptions } from './spnego/initiator.js'
export { isRawNtlm, NTLM_OID } from './spnego/mechanisms.js'
export {
  decodeSpnego,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegState,
  type NegTokenInit,
  type NegTokenResp,
  type ReceivedNegTokenInit,
} from './spnego/tokens.js'
