import type { Agent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { NtlmError } from '@ntlmkit/core'
import {
  type NtlmOptions,
  nodeInternals,
  ownOptions,
  type ResponseHead,
  resolveOptions,
  Session,
  tellLeftAlone,
} from '@ntlmkit/transport'
import { type AgentOptions, resolveAgentOptions } from './agent-options.js'
import { AgentPools, entranceFor } from './agent-pools.js'
import type { AuthenticatingAgent } from './authenticating-agent.js'
import { ClientRequestRecord, type ClientRequestTraits } from './client-request-record.js'
import { withHelp } from './option-help.js'

/** The two agents of one identity. */
export interface NtlmAgents {
  /** For `http:` URLs. */
  readonly http: AuthenticatingAgent
  /** For `https:` URLs. */
  readonly https: AuthenticatingAgent & HttpsAgent
  /**
   * For packages that adapt a client: agents for one of its requests, of which it knows more than an agent can see.
   * They share everything with `http` and `https`, but for the connections of a request that brings agents of its own.
   *
   * @throws {NtlmError} ERR_NTLM_CONFIG for an agent in `traits.via` that cannot open connections, with what it lacks.
   */
  track(traits: ClientRequestTraits): RequestAgents
  /**
   * Closes each connection when it is free, and keeps none any more: requests under way finish, and later ones go on
   * connections that close behind them.
   *
   * @returns done when nothing is under way.
   */
  close(): Promise<void>
  /** Closes every connection and fails every handshake under way. */
  destroy(): void
}

/** The agents for one request of a client. See {@link NtlmAgents.track}. */
export interface RequestAgents extends Pick<ClientRequestRecord, 'refusal' | 'takeReplay'> {
  readonly http: Agent
  readonly https: HttpsAgent
  /**
   * Why an answer that the client got, a 401 or a 407, is a refusal, if it is one: also where it came past these agents,
   * and they never saw the request.
   */
  refusalOf(url: string, head: ResponseHead): NtlmError | undefined
  /**
   * Makes an agent of somebody else, which only adds something to requests, get its sockets here.
   *
   * @deprecated `traits.via` does this and more: `http` and `https` then pass requests through the agent.
   */
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
 * @param agentOptions what agentkeepalive's agents take, and `via`, by which the connections are opened; copied, so
 * that several identities can share an object.
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that are missing, unknown, contradictory, or break pinning, and for
 * an agent in `via` that cannot open connections.
 */
export function ntlmAgents(options: NtlmOptions, agentOptions?: AgentOptions): NtlmAgents {
  nodeInternals.checkInternals()
  const session = new Session(resolveOptions(withHelp(ownOptions(options))))
  const pools = new AgentPools(session, resolveAgentOptions(agentOptions))
  return {
    http: pools.http,
    https: pools.https,
    track(traits) {
      const record = new ClientRequestRecord(traits)
      const http = entranceFor(pools.for('http', traits.via?.http), record)
      const https = entranceFor(pools.for('https', traits.via?.https), record)
      return {
        http,
        https: https as nodeInternals.PoolingAgent & HttpsAgent,
        get refusal() {
          return record.refusal
        },
        takeReplay: () => record.takeReplay(),
        refusalOf(url, head) {
          if (record.refusal === undefined && !record.hasEntered) {
            record.refusal = bypassed(url, head, record, session)
          }
          return record.refusal
        },
        // By the protocol of the request: the class of an agent does not tell whether it speaks TLS.
        serve: (agent) =>
          nodeInternals.openThrough(agent, ({ protocol }) => (protocol === 'https:' ? https : http)),
      }
    },
    async close() {
      await pools.retire()
    },
    destroy() {
      pools.destroy()
    },
  }
}

/** Tells of an answer that came past the agents. */
function bypassed(
  url: string,
  head: ResponseHead,
  { traits }: ClientRequestRecord,
  { options }: Session,
): NtlmError | undefined {
  if (!URL.canParse(url)) return undefined
  const { origin } = new URL(url)
  const isOurs = options.mayAuthenticate(origin)
  const whyPast = isOurs ? 'bypassed' : 'origin-not-listed'
  const why = traits.authenticate === false ? 'switched-off' : whyPast
  return tellLeftAlone({ origin, why }, head, options)?.error
}
