import type { RequestRecord } from '../fault-server/index.js'
import { Account } from './src/account.js'
import { bodyOf, checksum } from './src/body.js'
import { ClientLedger } from './src/client-ledger.js'
import type { Evidence } from './src/evidence.js'
import { HiddenAnswers } from './src/hidden-answers.js'
import type { DrawnRequest } from './src/request-source.js'
import { type Verdict, verdictsOn } from './src/verdict.js'

const MEGABYTE = 2 ** 20

/** A run without servers or clients: what either saw of each request is written down by the test. */
export class StagedRun {
  readonly requests: readonly DrawnRequest[]
  readonly ledger: ClientLedger
  readonly hidden: HiddenAnswers
  readonly account: Account
  /** Whatever else the run has shown. */
  readonly evidence: Partial<Evidence> = {}

  /** @param requests the first is request 0; by default a GET of alice's through undici, with no body. */
  constructor(...requests: readonly Partial<DrawnRequest>[]) {
    this.requests = requests.map((request, index) => ({
      index,
      session: 0,
      client: 'undici request',
      user: 'alice',
      method: 'GET',
      body: 'none',
      length: 0,
      abortedAfter: undefined,
      timeout: undefined,
      pause: 0,
      ...request,
    }))
    this.ledger = new ClientLedger(requests.length)
    this.hidden = new HiddenAnswers(requests.length)
    this.account = new Account(1, this.hidden, (index) => this.requests[index])
    for (const request of this.requests) this.ledger.begin(request)
  }

  /** The application gets a request, and answers. */
  acts(index: number, seen: Partial<RequestRecord> = {}): void {
    const { method, user, length } = this.requests[index]
    this.account.enter(0, {
      connection: 1,
      caseId: String(index),
      carried: 'none',
      method,
      target: `/${encodeURIComponent(seen.user ?? user)}`,
      user,
      bodyBytes: length,
      bodySha256: checksum(bodyOf(index, length)),
      complete: true,
      delivered: true,
      status: 200,
      violation: undefined,
      ...seen,
    })
  }

  /** The client gets a 200. */
  answered(index: number, seen: { case?: number; user?: string; text?: string } = {}): void {
    const { method, user, length } = this.requests[index]
    const json = { user: seen.user ?? user, method, bodyBytes: length, bodySha256: '', connectionPort: 1 }
    const text = JSON.stringify(json)
    const headers = {
      'x-case': String(seen.case ?? index),
      'x-user': encodeURIComponent(seen.user ?? user),
      'content-length': String(Buffer.byteLength(text)),
    }
    this.ledger.answer(this.requests[index], { status: 200, headers, json, text: seen.text ?? text })
  }

  fails(index: number, code: string): void {
    this.ledger.fail(this.requests[index], Object.assign(new Error('It failed.'), { code }))
  }

  /** The rules that are broken. */
  get broken(): string[] {
    return this.#verdicts.filter(({ holds }) => !holds).map(({ rule }) => rule)
  }

  /** Those that a broken rule shows. */
  examplesOf(rule: string): string[] {
    const verdict = this.#verdicts.find((each) => each.rule === rule)
    return verdict?.detail.split('\n    ').slice(1) ?? []
  }

  get #verdicts(): Verdict[] {
    const nothing = { most: 0, mostAbove: 0, last: 0 }
    return verdictsOn({
      faultRate: 0.01,
      seconds: 1,
      requestOf: (index) => this.requests[index],
      ledger: this.ledger,
      hanging: [],
      account: this.account.report,
      left: { openSockets: 0, connections: 1, injected: {}, troubles: [] },
      sockets: { clients: nothing, servers: nothing, clientsLeft: 0 },
      quarters: [],
      heldAtRest: { half: 20 * MEGABYTE, end: 20 * MEGABYTE },
      troubles: [],
      ...this.evidence,
    })
  }
}
