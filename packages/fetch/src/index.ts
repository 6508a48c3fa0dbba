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
export type { IdentityCredential, NtlmOptions, SharedOptions } from '@ntlmkit/transport'
export type { ClientOptions, NtlmAgentOptions } from '@ntlmkit/undici'
export { createNtlmFetch, type Fetch, type NtlmFetch } from './create-ntlm-fetch.js'
export { type FetchesByUser, identities } from './identities.js'
