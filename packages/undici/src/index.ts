import './global-fetch.js'

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
export type {
  FirstLegOptions,
  Identities,
  IdentityCredential,
  NtlmOptions,
  SharedOptions,
} from '@ntlmkit/transport'
export type { ClientOptions, NtlmAgentOptions } from './agent-options.js'
export { identities } from './identities.js'
export { NtlmAgent } from './ntlm-agent.js'
