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
export { opensConnections } from './agent-kinds.js'
export type { AgentOptions, PoolOptions } from './agent-options.js'
export type { AuthenticatingAgent } from './authenticating-agent.js'
export type { ClientRequestTraits } from './client-request-record.js'
export type { HandshakeEvents } from './handshake-events.js'
export { identities } from './identities.js'
export { AGENT_OPTIONS } from './misspelt-options.js'
export { type NtlmAgents, ntlmAgents, type RequestAgents } from './ntlm-agents.js'
export type { GivenAgents, Via, ViaAgent, ViaAgents } from './via.js'
