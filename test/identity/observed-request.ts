import type { CallOptions, Reply } from '../clients/index.js'
import { type AskedRequest, bodyOption, type Method, repeats } from '../load/asked-request.js'
import { PATHS } from './application.js'
import type { Plan, Point } from './plan.js'

/** Whose request it is: a user, through one session of one client. */
export interface Asker {
  user: string
  client: string
  session: string
  /** Its client closes idle connections after milliseconds, by its own clock. */
  closesSoon: boolean
}

export type Outcome = { reply: Reply } | { error: unknown }

/** What a bearer of credentials of their own sends: the servers of this suite let it pass. */
export const OWN_CREDENTIALS = 'Bearer of-their-own'

/** Of a stream, in bytes: a body of some size comes in several. */
const PIECE = 16 * 1024

/** To a dispatcher their bodies are iterators, whatever they were made from and how little is in them. */
const BODIES_GO_ONCE: ReadonlySet<string> = new Set(['undici fetch', 'the fetch of Node'])
const NEVER_FOLLOWS: ReadonlySet<string> = new Set(['http.request', 'undici request'])
/** A got stream has let its body go, and so has the fetch of Node 20: "slice on a detached ArrayBuffer". */
const NEVER_FOLLOWS_WITH_BODY: ReadonlySet<string> = new Set(['got stream', 'the fetch of Node'])

/** One request of a user: what was asked, what became of it, and what the servers saw of it. */
export class ObservedRequest implements AskedRequest {
  readonly id: string
  readonly plan: Plan
  readonly asker: Asker
  /** The origins it touches, in turn: by their numbers. */
  readonly route: readonly number[]
  readonly bytes: Buffer
  outcome: Outcome | undefined
  aborted = false
  /** Where the server ended its connection under it. */
  cutAt: Point | undefined
  /** Connections that were ended while it may have been on them. */
  disturbances = 0
  /** Whether the client's password and that of a server on its way differed at any time. */
  mismatched = false
  /** Whether that was so of a request of its session, while it was under way, at an origin on its way. */
  nearRefusal = false
  /** AUTHENTICATEs of its own that were refused. */
  refusals = 0
  /** Whether its client may take the credentials of its session for bad ones, by what became of this request. */
  looksRefused = false
  /** How often a server answered it with a 401 because it had forgotten the connection. */
  forgotten = 0
  /** Origins that accepted an AUTHENTICATE of its own. */
  readonly authenticated = new Set<number>()
  /** How often a handler saw it begin, and how often it was there to its last byte: by origin and path. */
  readonly begun = new Map<string, number>()
  readonly whole = new Map<string, number>()
  /** What the servers saw, for whoever reads a failure. */
  readonly trace: string[] = []

  readonly #abort = new AbortController()

  constructor(id: string, plan: Plan, asker: Asker, route: readonly number[]) {
    this.id = id
    this.plan = plan
    this.asker = asker
    this.route = route
    this.bytes = Buffer.alloc(plan.kind.startsWith('POST') ? plan.size : 0, id)
  }

  get client(): string {
    return this.asker.client
  }

  get user(): string {
    return this.asker.user
  }

  get method(): Method {
    return this.plan.kind === 'POST stream' ? 'POST' : this.plan.kind
  }

  get body(): AskedRequest['body'] {
    if (this.plan.kind === 'POST stream') return 'stream'
    return this.isPost ? 'buffer' : 'none'
  }

  get isPost(): boolean {
    return this.method === 'POST'
  }

  get isOwn(): boolean {
    return this.plan.twist?.is === 'own'
  }

  /** Whether its client can send it again after a 401. */
  get isReplayable(): boolean {
    if (!repeats(this) || this.body === 'stream') return false
    return !this.isPost || !BODIES_GO_ONCE.has(this.client)
  }

  get isForbidden(): boolean {
    return this.plan.twist?.is === 'forbidden'
  }

  get isRedirected(): boolean {
    return this.plan.twist?.is === 'redirect'
  }

  get path(): string {
    if (this.isForbidden) return PATHS.forbidden
    return this.isRedirected ? `${PATHS.redirect}${this.route[1]}` : PATHS.plain
  }

  /** Whether its client is told to follow redirects: one that can repeat the body, if there is one. */
  get follows(): boolean {
    if (!this.isRedirected || NEVER_FOLLOWS.has(this.client)) return false
    return !this.isPost || (this.body === 'buffer' && !NEVER_FOLLOWS_WITH_BODY.has(this.client))
  }

  options(): CallOptions {
    return {
      method: this.method,
      headers: {
        'x-request': this.id,
        'x-asks-as': this.user,
        ...(this.isOwn ? { authorization: OWN_CREDENTIALS } : {}),
      },
      signal: this.#abort.signal,
      ...(this.follows ? { follow: true } : {}),
      ...bodyOption(this, this.bytes, PIECE),
    }
  }

  giveUp(): void {
    if (this.outcome !== undefined || this.aborted) return
    this.aborted = true
    this.#abort.abort()
  }

  /** The server has seen this much of it. */
  reach(point: Point): void {
    if (this.plan.abort === point) this.giveUp()
  }

  /** Whether the server is to end the connection here: once. */
  takeCut(point: Point): boolean {
    if (this.cutAt !== undefined || this.plan.cut?.at !== point) return false
    this.cutAt = point
    this.disturbances++
    return true
  }
}
