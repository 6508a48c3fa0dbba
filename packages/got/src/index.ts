export type { AgentOptions } from '@ntlmkit/agent'
export { NtlmError, type NtlmErrorCode, type NtlmOptions, type NtlmPhase } from '@ntlmkit/core'
export { ntlm } from './ntlm.js'
