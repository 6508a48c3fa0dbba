import './global-fetch.js'

export { NtlmError, type NtlmErrorCode, type NtlmPhase } from '@ntlmkit/core'
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
