import type { NtlmError } from '../errors.js'
import type { OriginMemory } from './origin-memory.js'

/** What the state machine has to know of a client's request. */
export interface RequestTraits {
  method: string
  /** As it is requested. Default: not known. */
  path?: string
  hasBody: boolean
  /** Whether the transport can send it, body and all, a second time. */
  replayable: boolean
  /** Default: whether HTTP calls the method idempotent (RFC 9110 9.2.2). */
  idempotent?: boolean
}

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** Whether HTTP calls a method idempotent (RFC 9110 9.2.2): it may go again when nobody can tell if it was acted on. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method)
}

/** One request of a client, over all the legs and connections it takes. */
export class OutgoingRequest {
  readonly method: string
  readonly path: string | undefined
  readonly hasBody: boolean
  readonly replayable: boolean
  /** Whether it may go again when nobody can tell if the server has acted on it. */
  readonly repeatable: boolean

  /** Requests with a token sent on its connection; counted anew once a HEAD has said nothing. */
  tokens = 0
  /** Connections lost during its handshakes. */
  lostHandshakes = 0
  /** Whether it went again because a re-used connection had closed under it. */
  repeated = false
  /** Whether a HEAD said nothing of what this request needs. */
  ownMethod = false
  /** Whether a NEGOTIATE was answered with a bare challenge, on whichever connection, and none with a CHALLENGE since. */
  askedAgain = false
  /** Whether it went plainly, and was answered that authentication is needed. */
  plainRefused = false
  /** Whether an authenticated connection was asked for authentication by the first request it carried plainly. */
  forgottenAtOnce = false
  /** Why it goes without credentials although it needs them: reported with its 401. */
  gaveUp: NtlmError | undefined

  readonly #rejectionSeen: NtlmError | undefined

  constructor(traits: RequestTraits, memory: OriginMemory) {
    this.method = traits.method
    this.path = traits.path
    this.hasBody = traits.hasBody
    this.replayable = traits.replayable
    this.repeatable = traits.replayable && (traits.idempotent ?? isIdempotent(traits.method))
    this.#rejectionSeen = memory.rejection
  }

  /** The rejection that happened while this request waited: it must not try the same credentials again. */
  rejectedMeanwhile(memory: OriginMemory): NtlmError | undefined {
    return memory.rejection === this.#rejectionSeen ? undefined : memory.rejection
  }
}
