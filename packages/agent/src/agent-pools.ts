import type { Agent, ClientRequest, RequestOptions } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { nodeInternals, type Session } from '@ntlmkit/transport'
import { kindOf } from './agent-kinds.js'
import { checkSpelling, type PoolOptions, poolOptions, type ResolvedAgentOptions } from './agent-options.js'
import { NtlmHttpAgent, NtlmHttpsAgent, type RecordingAgent } from './authenticating-agent.js'
import { carriedOptions } from './carried-options.js'
import type { ClientRequestRecord } from './client-request-record.js'
import { withOwnTlsOptions } from './tls-options.js'
import { watchConnections } from './used-connections.js'
import { refusedVia } from './via.js'

type Protocol = 'http' | 'https'
type PoolingAgent = Agent & nodeInternals.PoolingAgent

/** A pool, and the way of a request into it. */
export interface Entrance {
  readonly pool: RecordingAgent
  /** Adds something to requests before they come to the pool. */
  readonly adding?: Agent
}

/** The pools of one identity: one for each agent of somebody else by which connections are opened, and its own. */
export class AgentPools {
  readonly #session: Session
  readonly #options: ResolvedAgentOptions
  readonly #main: Record<Protocol, Entrance>
  /** The pools without an agent of somebody else; the main ones, where those have none. */
  readonly #bare: Partial<Record<Protocol, Entrance>> = {}
  readonly #pools: Record<Protocol, WeakMap<object, Entrance>> = { http: new WeakMap(), https: new WeakMap() }
  /** A pool with a connection is held by that: one that nobody uses goes with the agent it belongs to. */
  readonly #alive = new Set<WeakRef<RecordingAgent>>()
  readonly #gone = new FinalizationRegistry<WeakRef<RecordingAgent>>((pool) => this.#alive.delete(pool))
  #isRetired = false
  #isDestroyed = false

  /** @throws {NtlmError} ERR_NTLM_CONFIG for an agent that cannot open connections. */
  constructor(session: Session, options: ResolvedAgentOptions) {
    this.#session = session
    this.#options = options
    this.#main = { http: this.#makeMain('http'), https: this.#makeMain('https') }
  }

  get http(): RecordingAgent {
    return this.#main.http.pool
  }

  get https(): RecordingAgent & HttpsAgent {
    return this.#main.https.pool as RecordingAgent & HttpsAgent
  }

  /**
   * The pool for a request for which its client's user gave this agent; the main one where there is none.
   *
   * @throws {NtlmError} ERR_NTLM_CONFIG for an agent that cannot open connections.
   */
  for(protocol: Protocol, given: unknown): Entrance {
    if (given === undefined || given === null || given === false) return this.#main[protocol]
    const known = this.#pools[protocol].get(given as object)
    if (known !== undefined) return known
    const own = this.#own(given as object)
    if (own !== undefined) return own
    const entrance = this.#make(protocol, given, (carried) => ({
      ...this.#options.said[protocol],
      ...carried,
    }))
    this.#pools[protocol].set(given as object, entrance)
    return entrance
  }

  /** A request that is made again may bring the agents that it was given here. */
  #own(given: object): Entrance | undefined {
    for (const pool of this.#alive) {
      const alive = pool.deref()
      if (alive !== undefined && (given === alive || Object.prototype.isPrototypeOf.call(alive, given))) {
        return { pool: alive }
      }
    }
    return undefined
  }

  /** See `RecordingAgent.retire`: of all pools, those that later requests need included. */
  async retire(): Promise<void> {
    this.#isRetired = true
    await Promise.all([...this.#alive].map((pool) => pool.deref()?.retire()))
  }

  destroy(): void {
    this.#isDestroyed = true
    for (const pool of this.#alive) pool.deref()?.destroy()
    this.#main.http.pool.destroy()
    this.#main.https.pool.destroy()
  }

  #makeMain(protocol: Protocol): Entrance {
    const given = this.#options.via[protocol]
    if (given === undefined || given === null || given === false) {
      this.#bare[protocol] = { pool: this.#pool(protocol, this.#options[protocol]) }
      return this.#bare[protocol]
    }
    // What is said explicitly here was said with this agent in mind.
    const entrance = this.#make(
      protocol,
      given,
      (carried) => ({ ...carried, ...this.#options.said[protocol] }),
      true,
    )
    this.#pools[protocol].set(given as object, entrance)
    const { pool, adding } = entrance
    if (adding !== undefined) {
      const addRequest = entering(entrance, undefined)
      Object.defineProperty(pool, 'addRequest', { value: addRequest })
    }
    return entrance
  }

  #make(
    protocol: Protocol,
    given: unknown,
    merge: (carried: PoolOptions) => PoolOptions,
    isMain = false,
  ): Entrance {
    const kind = kindOf(given, `via.${protocol}`)
    const agent = given as Agent
    const adding = kind.adds ? agent : undefined
    if (kind.opens) return { pool: this.#pool(protocol, this.#options[protocol], agent), adding }
    const carried = carriedOptions(agent, !kind.adds)
    checkSpelling(carried)
    if (!isMain && Object.keys(carried).length === 0) return { ...this.#bareOf(protocol), adding }
    return { pool: this.#pool(protocol, poolOptions(merge(carried))), adding }
  }

  #bareOf(protocol: Protocol): Entrance {
    this.#bare[protocol] ??= { pool: this.#pool(protocol, this.#options[protocol]) }
    return this.#bare[protocol]
  }

  #pool(protocol: Protocol, options: PoolOptions, via?: object): RecordingAgent {
    if (via !== undefined) watchConnections()
    const Pool = protocol === 'https' ? NtlmHttpsAgent : NtlmHttpAgent
    const pool = new Pool(this.#session, options, via)
    const reference = new WeakRef(pool)
    this.#alive.add(reference)
    this.#gone.register(pool, reference)
    if (this.#isDestroyed) pool.destroy()
    else if (this.#isRetired) void pool.retire()
    return pool
  }
}

/** An agent that is the pool to whoever looks at it, but for the calls by which a request gets to it, or past it. */
export function entranceFor(entrance: Entrance, record: ClientRequestRecord): PoolingAgent {
  const { pool } = entrance
  const createConnection: Agent['createConnection'] = (options, created) =>
    pool.connectUnasked(options, created ?? (() => {}), record)
  return Object.create(pool, {
    addRequest: { value: entering(entrance, record) },
    createConnection: { value: createConnection },
  })
}

function entering({ pool, adding }: Entrance, record: ClientRequestRecord | undefined) {
  return (request: ClientRequest, options: RequestOptions) => {
    if (adding === undefined) {
      pool.addRecorded(request, options, record)
      return
    }
    const asked = destinationOf(request, options)
    const behind = (completed: RequestOptions) => {
      const changed = changesOf(asked, destinationOf(request, completed))
      // What the agent has for TLS is with the pool, which knows for whom.
      if (changed.length === 0)
        pool.addRecorded(request, withOwnTlsOptions({ ...completed }, options), record)
      else nodeInternals.denySocket(request, redirects(changed))
    }
    nodeInternals.passThrough(adding, request, options, behind, leadsElsewhere)
  }
}

type Destination = Readonly<Record<string, string>>

/** The place a request goes to, as far as an agent can change it. */
function destinationOf(request: ClientRequest, { host, port, socketPath }: RequestOptions): Destination {
  const { path, protocol } = request
  const named = { host, port, socketPath, path, protocol, 'request host': request.host }
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, String(value ?? '')]))
}

function changesOf(asked: Destination, now: Destination): string[] {
  return Object.keys(asked).filter((name) => asked[name] !== now[name])
}

function redirects(changed: readonly string[]): Error {
  return refusedVia(
    `its addRequest changes where the request goes (${changed.join(', ')}), and NTLM authenticates a connection to the server that was asked for.`,
    'Give one that opens a tunnel with CONNECT, such as https-proxy-agent or hpagent.',
  )
}

function leadsElsewhere(): Error {
  return refusedVia(
    'its addRequest opened one itself, which nobody has authenticated.',
    'Give one that opens connections by connect, createSocket or createConnection.',
  )
}
