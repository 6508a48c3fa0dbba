import './augmentation.js'

export type { AgentOptions } from '@ntlmkit/agent'
export { NtlmError, type NtlmErrorCode, type NtlmPhase } from '@ntlmkit/core'
export type { Identities, IdentityCredential, NtlmOptions, SharedOptions } from '@ntlmkit/transport'
export { identities } from './identities.js'
export { type Closing, ntlm, type PoolOptionsByProtocol } from './ntlm.js'
export type { AxiosInstanceLike } from './own-axios.js'
