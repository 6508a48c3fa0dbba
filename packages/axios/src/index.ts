import './augmentation.js'

export type { AgentOptions } from '@ntlmkit/agent'
export { NtlmError, type NtlmErrorCode, type NtlmPhase } from '@ntlmkit/core'
export type { NtlmOptions } from '@ntlmkit/transport'
export { type Closing, ntlm } from './ntlm.js'
export type { AxiosInstanceLike } from './own-axios.js'
