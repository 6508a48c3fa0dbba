import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { NtlmError } from '@ntlmkit/core'
import { isIdempotent, type OutgoingRequest } from '@ntlmkit/transport'
import type { GivenAgents } from './via.js'

/** The traits of a request that its client knows and an agent cannot see. */
export interface ClientRequestTraits {
  /** True if it has a body. Default: what its method and fields announce. */
  hasBody?: boolean | undefined
  /** True if the client will send it once more when {@link ClientRequestRecord.takeReplay} says so. Default: false. */
  replayable?: boolean | undefined
  /**
   * Called when a socket is opened for the request, before it is connected: 'lookup', 'connect' follow. Not called for
   * one that another agent has connected.
   */
  onConnecting?(request: ClientRequest, socket: Socket): void
  /** False: this request uses no credentials. Default: true. */
  authenticate?: boolean | undefined
  /**
   * The agents that the client's user gave for this request, which open its connections in the place of those of
   * `ntlmAgents`: see its option `via`. Their options come before those that `ntlmAgents` was given. Absent, null and
   * false mean none.
   */
  via?: GivenAgents | undefined
}

/** A request of one origin that is to come again, with all that became clear of it on its way. */
interface Replayed {
  origin: string
  request: OutgoingRequest
}

/** More than any request needs: what bounds a server that forgets each connection at once. */
const MAX_REPLAYS = 2

/**
 * The record of one request of a client over all the node:http requests it takes: redirects, retries, and the replays
 * that only the client can do, because what it streams to node:http cannot be called back.
 */
export class ClientRequestRecord {
  readonly traits: ClientRequestTraits
  /** Why the answer that came last is a refusal, if it is one. */
  refusal: NtlmError | undefined
  #hasEntered = false
  #replayed: Replayed | undefined
  #asked = false
  #replays = 0
  /** The methods of the node:http requests since the last replay: more than one after a redirect. */
  readonly #methods: string[] = []

  constructor(traits: ClientRequestTraits) {
    this.traits = traits
  }

  /** True once an agent was asked to send the request: else its answer came past the agents. */
  get hasEntered(): boolean {
    return this.#hasEntered
  }

  enter(): void {
    this.#hasEntered = true
  }

  /**
   * Tells whether the client should send its request again, now that it failed or was refused: on a connection that had
   * been used before and closed under it, or one that the server authenticates anew. Says yes once a time, and twice
   * at most.
   */
  takeReplay(): boolean {
    const replay = this.isToBeReplayed
    this.#asked = false
    this.#methods.length = 0
    if (replay) this.#replays++
    return replay
  }

  /** The answer that `takeReplay` will give. */
  get isToBeReplayed(): boolean {
    return this.#asked && this.mayBeReplayed
  }

  /** True if the client would send it once more, were it asked to now. */
  get mayBeReplayed(): boolean {
    if (this.traits.replayable !== true || this.#replays >= MAX_REPLAYS) return false
    // A replay starts at the first URL: a POST that was redirected has been acted on there.
    return this.#methods.length <= 1 || isIdempotent(this.#methods[0])
  }

  /** The request goes to this origin next; what an earlier attempt there has learned comes back. */
  begin(origin: string, method: string): OutgoingRequest | undefined {
    this.#methods.push(method)
    const replayed = this.#replayed
    this.#replayed = undefined
    this.#asked = false
    this.refusal = undefined
    return replayed?.origin === origin ? replayed.request : undefined
  }

  askForReplay(origin: string, request: OutgoingRequest): void {
    this.#replayed = { origin, request }
    this.#asked = true
  }
}
