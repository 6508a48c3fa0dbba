import { knownAcrossCopies } from '@ntlmkit/core'
import { Session, tellLeftAlone, warnOfForeignRuntime } from '@ntlmkit/transport'
import { Agent, Dispatcher, errors, getGlobalDispatcher } from 'undici'
import { type NtlmAgentOptions, type ResolvedAgentOptions, resolveAgentOptions } from './agent-options.js'
import { type AskedOrigin, askedOrigin } from './asked-origin.js'
import { Exchange } from './exchange.js'
import { bridgeHandler, type ClientHandler } from './handler-bridge.js'
import { OriginPool } from './origin-pool.js'
import { errorInItsPlace, type PassedRequest, passedOn, passedRequest, whyPassed } from './passed-request.js'
import { type FlatHeaders, fieldOf, flatten } from './request-headers.js'
import { watchAnswer } from './watched-answer.js'

type Options = Dispatcher.DispatchOptions
type Handler = Dispatcher.DispatchHandler
type Done = (error?: Error | null) => void

/**
 * Makes an agent keep no idle connection from now on: it goes on for whoever still has it. Done when nothing is under way.
 *
 * @internal
 */
export let retire: (agent: NtlmAgent) => Promise<void>

/**
 * A Dispatcher that authenticates its connections with NTLM: give it as `dispatcher` to undici's `request`,
 * `stream`, `pipeline`, `fetch` and `WebSocket` or to Node's own `fetch`, or set it as the global dispatcher.
 *
 * One agent is one identity and one pool. Requests to an origin outside `origins`, and requests that bring an
 * Authorization header of their own, go through on connections of their own and never see a token.
 *
 * A final 401 is the response, unless `strict` is set. What HTTP cannot say rejects the request with an `NtlmError`.
 */
export class NtlmAgent extends Dispatcher {
  readonly #options: ResolvedAgentOptions
  readonly #session: Session
  readonly #pools = new Map<string, OriginPool>()
  /** Requests to our origins that authenticate themselves. */
  #unauthenticated: Agent | undefined
  /** Requests to all other origins, where nobody else dispatches them. */
  #others: Agent | undefined
  #closing: Promise<void> | undefined
  #destroyed = false
  #isRetired = false

  static {
    retire = (agent) => agent.#retire()
  }

  /** @throws {NtlmError} ERR_NTLM_CONFIG for options that are missing, unknown, contradictory, or break pinning. */
  constructor(options: NtlmAgentOptions) {
    super()
    this.#options = resolveAgentOptions(options)
    this.#session = new Session(this.#options.ntlm)
    warnOfForeignRuntime()
  }

  override dispatch(options: Options, handler: Handler): boolean {
    const refusal = this.#refusal(options)
    if (refusal) {
      refuse(handler, refusal)
      return false
    }
    const headers = flatten(options.headers)
    const normalised = { ...options, headers: headers as string[] }
    const asked = askedOrigin(this.#originOf(options.origin!), options, headers)
    const passed = passedRequest(options)
    if (passed !== undefined) passed.outcome.isTaken = false
    if (!this.#options.ntlm.mayAuthenticate(asked.origin)) {
      return this.#pass(normalised, headers, handler, asked.origin, passed)
    }
    if (passed !== undefined) passed.outcome.isTaken = true
    const authorization = fieldOf(headers, 'authorization')
    if (options.method === 'CONNECT' || authorization !== undefined) {
      return this.#passUnauthenticated(normalised, handler, asked.origin, authorization)
    }
    this.#exchange(this.#pool(asked), normalised, headers, handler, options)
    return true
  }

  /** Takes no more requests, lets those under way finish, and closes every connection. */
  override close(): Promise<void>
  override close(callback: () => void): void
  override close(callback?: () => void): Promise<void> | undefined {
    this.#closing ??= this.#closeAll()
    return settle(this.#closing, callback)
  }

  /** Ends every request with the given error (default: undici's ClientDestroyedError) and closes every connection. */
  override destroy(): Promise<void>
  override destroy(error: Error | null): Promise<void>
  override destroy(callback: () => void): void
  override destroy(error: Error | null, callback: () => void): void
  override destroy(first?: Error | null | (() => void), second?: () => void): Promise<void> | undefined {
    const [error, callback] = typeof first === 'function' ? [null, first] : [first ?? null, second]
    return settle(this.#destroyAll(error), callback)
  }

  #refusal(options: Options): Error | undefined {
    if (this.#destroyed) return new errors.ClientDestroyedError()
    if (this.#closing) return new errors.ClientClosedError()
    if (!options || typeof options !== 'object')
      return new errors.InvalidArgumentError('opts must be an object.')
    if (options.origin && URL.canParse(String(options.origin))) return undefined
    return new errors.InvalidArgumentError('opts.origin must be a non-empty string or URL.')
  }

  #originOf(origin: string | URL): string {
    if (typeof origin !== 'string') return origin.origin
    return this.#pools.has(origin) ? origin : new URL(origin).origin
  }

  #exchange(
    pool: OriginPool,
    options: Options,
    headers: FlatHeaders,
    handler: Handler,
    given: Options,
  ): void {
    const exchange = new Exchange(pool, options, headers, handler, given)
    if (exchange.announce()) pool.dispatch(exchange)
  }

  #pool({ origin, destination }: AskedOrigin): OriginPool {
    const { address, servername } = destination
    const key = servername === undefined ? origin : `${origin} at ${address}`
    const existing = this.#pools.get(key)
    if (existing) return existing
    const pool = new OriginPool(this.#options, this.#session.at(origin), destination, () =>
      this.#pools.delete(key),
    )
    this.#pools.set(key, pool)
    if (this.#isRetired) void pool.retire()
    return pool
  }

  /** Passes a request to somebody else: what is set for our origins, certificates above all, goes to them only. */
  #pass(
    options: Options,
    headers: FlatHeaders,
    handler: Handler,
    origin: string,
    passed: PassedRequest | undefined,
  ): boolean {
    const others = this.#dispatcherOfOthers(passed)
    const mark = { by: this, outcome: passed?.outcome ?? { isTaken: false } }
    const bridged = bridgeHandler(handler)
    // Whoever passed it on first will tell.
    const told = passed === undefined ? this.#watched(bridged, options, headers, origin, mark) : bridged
    return others.dispatch(passedOn(options, mark), told)
  }

  #watched(
    handler: ClientHandler,
    { method }: Options,
    headers: FlatHeaders,
    origin: string,
    { outcome }: PassedRequest,
  ): ClientHandler {
    return watchAnswer(handler, (status, fields) => {
      if (outcome.isTaken) return undefined
      const { ntlm } = this.#options
      const why = whyPassed(origin, headers, ntlm.mayAuthenticate)
      return errorInItsPlace(tellLeftAlone({ origin, method, ...why }, { status, headers: fields }, ntlm))
    })
  }

  /** The global dispatcher may be this one, perhaps behind interceptors: then it would come back for ever. */
  #dispatcherOfOthers(passed: PassedRequest | undefined): Dispatcher {
    if (this.#options.others) return this.#options.others
    const global: unknown = getGlobalDispatcher()
    if (global instanceof Dispatcher && global !== this && passed?.by !== this) return global
    this.#others ??= new Agent()
    return this.#others
  }

  #passUnauthenticated(
    options: Options,
    handler: Handler,
    origin: string,
    authorization: string | undefined,
  ): boolean {
    const { connect, client, connections, ntlm } = this.#options
    this.#unauthenticated ??= new Agent({
      ...client,
      ...(connect === undefined ? {} : { connect }),
      ...(Number.isFinite(connections) ? { connections } : {}),
    } as Agent.Options)
    const bridged = bridgeHandler(handler)
    if (authorization === undefined) return this.#unauthenticated.dispatch(options, bridged)
    const { method } = options
    const request = { origin, method, why: 'own-authorization', authorization } as const
    const watched = watchAnswer(bridged, (status, headers) =>
      errorInItsPlace(tellLeftAlone(request, { status, headers }, ntlm)),
    )
    return this.#unauthenticated.dispatch(options, watched)
  }

  async #retire(): Promise<void> {
    this.#isRetired = true
    const [unauthenticated, others] = [this.#unauthenticated, this.#others]
    // Whoever still has requests gets new ones; what these have under way finishes.
    this.#unauthenticated = undefined
    this.#others = undefined
    const pools = [...this.#pools.values()].map((pool) => pool.retire())
    await Promise.all([...pools, unauthenticated?.close(), others?.close()])
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()))
    await this.#unauthenticated?.close()
    await this.#others?.close()
  }

  async #destroyAll(error: Error | null): Promise<void> {
    this.#destroyed = true
    for (const pool of this.#pools.values()) pool.destroy(error ?? new errors.ClientDestroyedError())
    await this.#unauthenticated?.destroy(error)
    await this.#others?.destroy(error)
  }
}

knownAcrossCopies(NtlmAgent, 'NtlmAgent')

/** undici reports even a wrong argument through the handler. */
function refuse(handler: Handler, error: Error): void {
  const bridged = bridgeHandler(handler)
  const controller = { aborted: false, reason: null, paused: false, abort() {}, pause() {}, resume() {} }
  bridged.onResponseError(controller as unknown as Dispatcher.DispatchController, error)
}

function settle(done: Promise<void>, callback: Done | undefined): Promise<void> | undefined {
  if (callback === undefined) return done
  done.then(() => callback(null), callback)
  return undefined
}
