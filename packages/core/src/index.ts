export { channelBindingHash, tlsServerEndPoint } from './channel-binding.js'
export {
  type AccountName,
  Credential,
  type CredentialOptions,
  Credentials,
  parseAccountName,
  type SecretSource,
} from './credentials.js'
export type { AuthenticatedEvent, LegEvent, RefusedEvent } from './diagnostics.js'
export { NtlmError, type NtlmErrorCode, type NtlmErrorDetails, type NtlmPhase } from './errors.js'
export { type HttpChallenge, parseChallenges } from './http/challenges.js'
export {
  ConnectionAuth,
  type ConnectionAuthOptions,
  type ConnectionState,
  type ResponseHead,
  type Step,
} from './http/connection-auth.js'
export * as failures from './http/failures.js'
export { type GateWaiter, HandshakeGate } from './http/handshake-gate.js'
export { OriginMemory } from './http/origin-memory.js'
export { type OriginPolicy, type Origins, originPolicy } from './http/origins.js'
export { OutgoingRequest, type RequestTraits } from './http/outgoing-request.js'
export {
  type AcceptorStep,
  type AcceptorVerdict,
  type AccountSecret,
  type AccountStore,
  type FailedCheck,
  NtlmAcceptor,
  type NtlmAcceptorOptions,
  type TargetNames,
} from './ntlm/acceptor.js'
export { AvId, type AvPair, decodeAvPairs, encodeAvPairs, findAvPair } from './ntlm/av-pairs.js'
export { Flag, type FlagName, flagNames } from './ntlm/flags.js'
export { type Entropy, NtlmInitiator, type NtlmInitiatorOptions } from './ntlm/initiator.js'
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
export {
  type NtlmOptions,
  type ResolvedNtlmOptions,
  resolveOptions,
  type Scheme,
  servicePrincipalName,
} from './options.js'
export type { SecurityContext, SecurityContextStep } from './security-context.js'
