import type { Agent, ClientRequest, RequestOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { type NtlmOptions, resolveOptions } from '@ntlmkit/core'
import { type AgentOptions, resolveAgentOptions } from './agent-options.js'
import {
  type AuthenticatingAgent,
  NtlmHttpAgent,
  NtlmHttpsAgent,
  type TrackingAgent,
} from './authenticating-agent.js'
import { Identity } from './identity.js'
import { checkInternals, openThrough, type PoolingAgent } from './node-internals.js'
import { type ClientRequestTraits, RequestTrack } from './tracked-request.js'

/** The two agents of one identity. */
export interface NtlmAgents {
  /** For `http:` URLs. */
  readonly http: AuthenticatingAgent
  /** For `https:` URLs. */
  readonly https: AuthenticatingAgent & HttpsAgent
  /**
   * For packages that adapt a client: agents for one of its requests, of which it knows more than an agent can see.
   * They share everything with `http` and `https`.
   */
  track(traits: ClientRequestTraits): TrackedAgents
  /** Closes every connection and fails every handshake under way. */
  destroy(): void
}

/** See {@link NtlmAgents.track}. */
export interface TrackedAgents extends Pick<RequestTrack, 'refusal' | 'takeReplay'> {
  readonly http: Agent
  readonly https: HttpsAgent
  /** Makes an agent of somebody else, which only adds something to requests, get its sockets here. */
  serve(agent: Agent): void
}

/**
 * Agents for `node:http` and `node:https` that authenticate a socket before a request is put on it, for any client
 * that takes an agent: `http.request(url, { agent: agents.http })`.
 *
 * One call is one identity and one pool. Requests to an origin outside `origins`, and requests that bring an
 * Authorization header of their own, go on sockets of their own and never see a token.
 *
 * A final 401 is the response, unless `strict` is set. What HTTP cannot say fails the request with an `NtlmError`.
 *
 * @param agentOptions what agentkeepalive's agents take; copied, so that several identities can share an object.
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that are missing, unknown, contradictory, or break pinning.
 */
export function ntlmAgents(options: NtlmOptions, agentOptions?: AgentOptions): NtlmAgents {
  checkInternals()
  const identity = new Identity(resolveOptions(options))
  const pools = resolveAgentOptions(agentOptions)
  const http = new NtlmHttpAgent(identity, pools.http)
  const https = new NtlmHttpsAgent(identity, pools.https)
  return {
    http,
    https: https as TrackingAgent & HttpsAgent,
    track(traits) {
      const track = new RequestTrack(traits)
      const tracked = { http: tracking(http, track), https: tracking(https, track) }
      return {
        http: tracked.http,
        https: tracked.https as TrackedAgent & HttpsAgent,
        get refusal() {
          return track.refusal
        },
        takeReplay: () => track.takeReplay(),
        serve: (agent) => openThrough(agent, agent instanceof HttpsAgent ? tracked.https : tracked.http),
      }
    },
    destroy() {
      http.destroy()
      https.destroy()
    },
  }
}

type TrackedAgent = Agent & PoolingAgent

/** The agent itself to whoever looks at it, but for the one call by which a request gets to it. */
function tracking(agent: TrackingAgent, track: RequestTrack): TrackedAgent {
  const addRequest = (request: ClientRequest, options: RequestOptions) =>
    agent.addTracked(request, options, track)
  return Object.create(agent, { addRequest: { value: addRequest } })
}
