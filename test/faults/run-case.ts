import { getEventListeners } from 'node:events'
import type { Readable } from 'node:stream'
import type { Reply, Session } from '../clients/index.js'
import {
  type CertificateSet,
  type Fault,
  type FaultServer,
  type Moment,
  type RequestRecord,
  startFaultServer,
} from '../fault-server/index.js'
import type { Case } from './cases.js'
import { FAULTS, isSilent } from './faults.js'
import { isAt, LEGS } from './legs.js'
import { codeOf } from './own-errors.js'
import { BODY, Gate, gatedBody, KINDS, type RequestKind } from './requests.js'

const ALICE = { username: 'LAB\\alice', password: 'Passw0rd!' }

/** Long, but for the cases in which one of them must end a silence. */
const PATIENCE = { handshake: 20_000, impatient: 3600, user: 400, tests: 8_000 }

/** What there is to see when a case is over. */
export interface Seen {
  end: { reply: Reply } | { error: unknown }
  /** Of the request itself: its legs, wherever they went, and itself. */
  records: readonly RequestRecord[]
  /** Until the request was over, and those before it. */
  connections: number
  signal: AbortSignal
  body: Readable | undefined
  /** Of the request that came after it, or what that failed with. */
  after: Reply | { error: unknown }
  /** Open when all was over. */
  openConnections: number
}

/** Runs one case against a server of its own. */
export async function runCase(testCase: Case, certificates: CertificateSet): Promise<Seen> {
  const run = new CaseRun(testCase)
  const { scheme, fault } = testCase
  const maxVersion = fault.startsWith('renegotiation') ? 'TLSv1.2' : 'TLSv1.3'
  const server = await startFaultServer({
    users: { [ALICE.username]: ALICE.password },
    tls: scheme === 'https' && { certificates, maxVersion },
    plan: (moment) => run.plan(moment),
  })
  try {
    return await run.against(server)
  } finally {
    await server.close()
  }
}

class CaseRun {
  readonly #case: Case
  readonly #kind: RequestKind
  readonly #abort = new AbortController()
  readonly #gate = new Gate()
  /** What comes on an idle connection waits until the one before is over. */
  readonly #idle = new Gate()
  /** Faults come while the request at hand is under way, and not in those before and after it. */
  #armed = false
  #faultsCame = 0

  constructor(testCase: Case) {
    this.#case = testCase
    this.#kind = KINDS[testCase.kind]
  }

  async against(server: FaultServer): Promise<Seen> {
    const { client, leg, fault } = this.#case
    const impatient = isSilent(fault) && this.#kind.user === 'waits'
    const session = client.open(
      {
        ...ALICE,
        origins: server.origin,
        ca: server.ca,
        handshakeTimeout: impatient ? PATIENCE.impatient : PATIENCE.handshake,
      },
      { idle: 10_000 },
    )
    const { reused } = LEGS[leg]
    if (reused) await this.#warmUp(session, server)
    this.#armed = true
    if (leg === 'idle') await this.#disturbIdle(server)
    const body = this.#body()
    const end = await settled(session.call(`${server.origin}/main`, this.#options(body)), this.#abort)
    this.#armed = false
    const { connections } = server
    const after = await this.#next(session, server)
    await until(() => server.openConnections <= 1)
    const seen = {
      end,
      records: server.log.filter(({ target }) => target !== '/before' && target !== '/after'),
      connections,
      signal: this.#abort.signal,
      body: typeof body === 'object' && 'pipe' in body ? body : undefined,
      after: 'reply' in after ? after.reply : after,
      openConnections: server.openConnections,
    }
    await session.close()
    return seen
  }

  /** A request after it all, which nothing disturbs: but a session without patience may need more than one. */
  async #next(session: Session, server: FaultServer): Promise<Settled<Reply>> {
    for (let tries = 0; ; tries++) {
      const abort = new AbortController()
      const after = await settled(session.call(`${server.origin}/after`, { signal: abort.signal }), abort)
      const isBusy = 'error' in after && codeOf(after.error) === 'ERR_NTLM_TIMEOUT' && tries < 5
      if (!isBusy) return after
    }
  }

  plan(moment: Moment): Fault | undefined | Promise<Fault | undefined> {
    const { leg, fault, comes } = this.#case
    if (leg === 'idle' && moment.leg === 'idle' && this.#faultsCame++ === 0) {
      return this.#idle.opened.then(() => FAULTS[fault])
    }
    if (!this.#armed) return undefined
    if ('headRefused' in LEGS[leg] && moment.leg === 'negotiate' && moment.request?.method === 'HEAD') {
      return { kind: 'status', status: 405 }
    }
    if (moment.leg === 'accept' && fault === 'FIN, then another certificate' && this.#faultsCame > 0) {
      return { kind: 'other-certificate' }
    }
    if (leg === 'idle' || !isAt(leg, moment) || (comes === 'first' && this.#faultsCame > 0)) return undefined
    this.#faultsCame++
    if (this.#kind.user === 'aborts') this.#abort.abort()
    if (moment.leg === 'body') void turns(4).then(() => this.#gate.open())
    if (moment.leg !== 'authenticate') return FAULTS[fault]
    // Not before the client has read the CHALLENGE and given the request to its connection.
    return turns(12).then(() => {
      void turns(4).then(() => this.#gate.open())
      return FAULTS[fault]
    })
  }

  #body(): Buffer | Readable | undefined {
    if (this.#kind.body === 'none') return undefined
    if (this.#kind.body === 'buffer') return BODY
    const { moment } = LEGS[this.#case.leg]
    return gatedBody(
      this.#gate,
      moment === 'authenticate' ? 'start' : moment === 'body' ? 'middle' : 'nowhere',
    )
  }

  #options(body: Buffer | Readable | undefined) {
    const { method, user } = this.#kind
    if (user === 'times out' && this.#case.client.timesOutBySignal) {
      const timedOut = new DOMException('The user has no more time.', 'TimeoutError')
      setTimeout(() => this.#abort.abort(timedOut), PATIENCE.user)
      return { method, body, signal: this.#abort.signal }
    }
    return {
      method,
      body,
      signal: this.#abort.signal,
      timeout: user === 'times out' ? PATIENCE.user : undefined,
    }
  }

  async #warmUp(session: Session, server: FaultServer): Promise<void> {
    const { status } = await session.call(`${server.origin}/before`)
    if (status !== 200) throw new Error(`The request before was answered with ${status}.`)
  }

  /** Until the client has seen what came on the idle connection: it closes it, unless that was of no consequence. */
  async #disturbIdle(server: FaultServer): Promise<void> {
    const again = server.reached('idle').then(() => turns(12))
    this.#idle.open()
    await Promise.race([again, until(() => server.openConnections === 0)])
    await turns(4)
  }
}

type Settled<T> = { reply: T } | { error: unknown }

/** Nothing may hang: what does is ended with an error that no table knows. */
async function settled<T>(promise: Promise<T>, abort: AbortController): Promise<Settled<T>> {
  let hangs = false
  const timer = setTimeout(() => {
    hangs = true
    abort.abort()
  }, PATIENCE.tests)
  try {
    return { reply: await promise }
  } catch (error) {
    return { error: hangs ? new Error('HANGS', { cause: error }) : error }
  } finally {
    clearTimeout(timer)
  }
}

/** Lets the event loop turn: what was written by then has been read. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Whatever is to happen happens at once: a second is for a machine with other things to do. */
async function until(happened: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !happened(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
}

export function listenersOn(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length
}
