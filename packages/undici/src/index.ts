export { NtlmError, type NtlmErrorCode, type NtlmPhase } from '@ntlmkit/core'
export type { FirstLegOptions, NtlmOptions } from '@ntlmkit/transport'
export type { ClientOptions, NtlmAgentOptions } from './agent-options.js'
export { NtlmAgent } from './ntlm-agent.js'
