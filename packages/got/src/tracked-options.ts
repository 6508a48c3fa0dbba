import type { ClientRequestTraits, RequestAgents } from '@ntlmkit/agent'
import type { Options } from 'got'

type AgentOption = Options['agent']
type CalculateDelay = NonNullable<Options['retry']['calculateDelay']>

/** A request's agents, and what its user gave in their place. */
interface Track {
  readonly agents: RequestAgents
  readonly given: AgentOption
}

/** By the agents in a request's options: hooks, retries and the pages of a pagination hand these on. */
const tracks = new WeakMap<object, Track>()

/** The retries that got was told to make. got 16 does not ask for the delay where its rules forbid them. */
interface GivenRetry {
  delay: CalculateDelay
  enforced: boolean
}

/** By the function that took its place. */
const replaced = new WeakMap<CalculateDelay, GivenRetry>()

/** The agents that the request of these options goes through, if they are ours. */
export function trackOf(options: Pick<Options, 'agent'> | undefined): RequestAgents | undefined {
  return options?.agent.http ? tracks.get(options.agent.http)?.agents : undefined
}

/** The agents that the user gave in these options, or in those that they were made from: the page before had ours. */
export function givenAgents({ agent }: Pick<Options, 'agent'>): AgentOption {
  return { http: givenFor(agent, 'http'), https: givenFor(agent, 'https') }
}

function givenFor<T extends 'http' | 'https'>(agent: AgentOption, protocol: T): AgentOption[T] {
  const found = agent[protocol]
  return found && tracks.has(found) ? tracks.get(found)!.given[protocol] : found
}

/** Sends the request of these options through these agents, which stand for those that its user gave. */
export function useTrack(options: Options, tracked: RequestAgents, instead: AgentOption = {}): void {
  const track = { agents: tracked, given: instead }
  tracks.set(tracked.http, track)
  tracks.set(tracked.https, track)
  options.agent = { ...options.agent, http: tracked.http, https: tracked.https } as AgentOption
  const retry = options.retry as Options['retry'] & { enforceRetryRules?: boolean }
  const { calculateDelay: delay, enforceRetryRules } = retry
  const given = replaced.get(delay!) ?? { delay: delay!, enforced: enforceRetryRules === true }
  const calculateDelay: CalculateDelay = (attempt) => {
    // A millisecond: nothing would mean not to try again.
    if (tracked.takeReplay()) return 1
    return given.enforced && attempt.computedValue === 0 ? 0 : given.delay(attempt)
  }
  replaced.set(calculateDelay, given)
  const asked = enforceRetryRules === undefined ? {} : { enforceRetryRules: false }
  options.retry = { ...retry, ...asked, calculateDelay }
}

/** The traits of this request that the agent cannot see. */
export function traitsOf(options: Options): ClientRequestTraits {
  const { body, json, form, isStream } = options
  const hasBody = body !== undefined || json !== undefined || form !== undefined
  if (isStream) return hasBody ? { hasBody } : {}
  return { hasBody, replayable: body === undefined || isReplayable(body) }
}

/** Bytes and forms can be sent a second time, streams and iterators cannot. */
function isReplayable(body: unknown): boolean {
  if (typeof body === 'string' || body instanceof Uint8Array) return true
  return (body as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'FormData'
}
