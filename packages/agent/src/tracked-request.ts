import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { isIdempotent, type NtlmError, type OriginMemory, type OutgoingRequest } from '@ntlmkit/core'

/** What a client knows of its request and an agent cannot see. */
export interface ClientRequestTraits {
  /** Whether it has a body. Default: what its method and fields announce. */
  hasBody?: boolean
  /** Whether the client will send it once more when {@link RequestTrack.takeReplay} says so. Default: false. */
  replayable?: boolean
  /** Milliseconds after which the request emits 'timeout' while its connection is made ready. Default: its own. */
  timeout?: number
  /** Called when a socket is opened for the request, before it is connected: 'lookup', 'connect' follow. */
  onConnecting?(request: ClientRequest, socket: Socket): void
  /** False: this request uses no credentials. Default: true. */
  authenticate?: boolean
}

/** The request of one origin that is to go again, with all that was learned on its way. */
interface Again {
  memory: OriginMemory
  request: OutgoingRequest
}

/** More than any request needs: what bounds a server that forgets each connection at once. */
const MAX_REPLAYS = 2

/**
 * One request of a client over all the node:http requests it takes: redirects, retries, and the replays that only the
 * client can do, because a request that was given to node:http cannot be called back.
 */
export class RequestTrack {
  readonly traits: ClientRequestTraits
  /** Why the answer that came last is a refusal, if it is one. */
  refusal: NtlmError | undefined
  #again: Again | undefined
  #asked = false
  #replays = 0
  /** The methods of the node:http requests since the last replay: more than one after a redirect. */
  readonly #methods: string[] = []

  constructor(traits: ClientRequestTraits) {
    this.traits = traits
  }

  /**
   * Whether the client should send its request once more, now that it failed or was refused: on a connection that had
   * been used before and closed under it, or one that the server authenticates anew. Says yes once a time, and twice
   * at most.
   */
  takeReplay(): boolean {
    const replay = this.mayReplay
    this.#asked = false
    this.#methods.length = 0
    if (replay) this.#replays++
    return replay
  }

  /** What `takeReplay` will say. */
  get mayReplay(): boolean {
    const [first] = this.#methods
    // A replay starts at the first URL: a POST that was redirected has been acted on there.
    const mayStartOver = this.#methods.length === 1 || isIdempotent(first)
    return this.#asked && mayStartOver && this.#replays < MAX_REPLAYS
  }

  /** The request goes to this origin next; what an earlier attempt there has learned comes back. */
  begin(memory: OriginMemory, method: string): OutgoingRequest | undefined {
    this.#methods.push(method)
    const again = this.#again
    this.#again = undefined
    this.#asked = false
    this.refusal = undefined
    return again?.memory === memory ? again.request : undefined
  }

  askForReplay(memory: OriginMemory, request: OutgoingRequest): void {
    this.#again = { memory, request }
    this.#asked = true
  }
}
