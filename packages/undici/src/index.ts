export { NtlmError, type NtlmErrorCode, type NtlmOptions, type NtlmPhase } from '@ntlmkit/core'
export type { ClientOptions, NtlmAgentOptions } from './agent-options.js'
export { NtlmAgent } from './ntlm-agent.js'
