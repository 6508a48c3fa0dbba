import './augmentation.js'

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
export { identities } from './identities.js'
export { type Closing, ntlm, type PoolOptionsByProtocol } from './ntlm.js'
export type { AxiosInstanceLike } from './own-axios.js'
