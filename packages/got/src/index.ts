export type { AgentOptions } from '@ntlmkit/agent'
export {
  type AuthenticatedEvent,
  channels,
  type EventChannel,
  type LegEvent,
  NtlmError,
  type NtlmErrorCode,
  type NtlmPhase,
  type RefusedEvent,
  type RequestOfEvent,
} from '@ntlmkit/core'
export type { Identities, IdentityCredential, NtlmOptions, SharedOptions } from '@ntlmkit/transport'
export type { Extendable, NtlmExtension } from './extension.js'
export { identities } from './identities.js'
export { ntlm } from './ntlm.js'
