import type { Credential, NtlmError } from '@ntlmkit/core'
import { LogOns } from './log-ons.js'
import type { ResolvedNtlmOptions } from './options.js'
import { OriginMemory } from './origin-memory.js'
import type { OutgoingRequest } from './outgoing-request.js'

/** The things that the requests of one identity to one origin share. */
export interface OriginSession {
  readonly options: ResolvedNtlmOptions
  readonly memory: OriginMemory
  readonly logOns: LogOns
  /** Why a request that is known to need a log-on, or has waited for one, would not get one. */
  refusal(credential: Credential, request: OutgoingRequest): NtlmError | undefined
}

/** Origins whose memory is kept though nothing goes on there, the least recently used forgotten first. */
const MAX_ORIGINS = 1000

/** One identity: its options, its log-ons, and what it has learned of each origin it may authenticate at. */
export class Session {
  readonly options: ResolvedNtlmOptions
  readonly #logOns: LogOns
  readonly #now: () => number
  readonly #origins = new Map<string, OriginSession>()

  /** @param now milliseconds. Default: the clock. */
  constructor(options: ResolvedNtlmOptions, now: () => number = Date.now) {
    this.options = options
    this.#now = now
    this.#logOns = new LogOns(now, options.logOns)
  }

  /** @param origin one that may get credentials: this does not ask. */
  at(origin: string): OriginSession {
    const known = this.#origins.get(origin)
    const session = known ?? this.#make(origin)
    if (known !== undefined) this.#origins.delete(origin)
    this.#origins.set(origin, session)
    if (this.#origins.size > MAX_ORIGINS) {
      const [oldest] = this.#origins.keys()
      this.#origins.delete(oldest)
    }
    return session
  }

  #make(origin: string): OriginSession {
    const { options } = this
    const logOns = this.#logOns
    const memory = new OriginMemory(origin, this.#now)
    return {
      options,
      memory,
      logOns,
      refusal(credential, { method, path, pathname, order }) {
        const refusal = logOns.refusal({ origin, path: pathname, order, credential })
        if (refusal === undefined) return undefined
        const { rejection } = logOns.standing(origin, credential)
        const waitedForIt = rejection !== undefined && order < rejection.order
        return waitedForIt || memory.asks(method, path) ? refusal : undefined
      },
    }
  }
}
