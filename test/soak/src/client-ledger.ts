import type { Reply } from '#clients'
import { Complaints } from '#load/complaints'
import { count } from '#load/counts'
import { Ledger } from '#load/ledger'
import { codeOf, type Ending, isExpected, wrongIn } from './outcome.js'
import type { DrawnRequest } from './request-source.js'

/** What the client knows of a request. */
export const Known = { notAsked: 0, underWay: 1, answered: 2, failed: 3 } as const

const MOST_EXAMPLES = 10

/** What the clients got, request by request: of a size that does not grow. */
export class ClientLedger extends Ledger<DrawnRequest> {
  /** By index: {@link Known}; answered is a 200. */
  readonly known: Uint8Array
  /** Endings by client. */
  readonly endings = new Map<string, Map<Ending, number>>()
  /** 200s that say something else than they should, and errors nobody expects. */
  readonly wrongAnswers = new Complaints(MOST_EXAMPLES)
  readonly unexpected = new Complaints(MOST_EXAMPLES)
  answered = 0

  constructor(requests: number) {
    super()
    this.known = new Uint8Array(requests)
  }

  override begin(asked: DrawnRequest): void {
    super.begin(asked)
    this.known[asked.index] = Known.underWay
  }

  answer(asked: DrawnRequest, reply: Reply): void {
    const isSuccess = reply.status === 200
    this.#settle(asked, String(reply.status), isSuccess)
    if (!isSuccess) return
    const wrong = wrongIn(asked, reply)
    if (wrong !== undefined) this.wrongAnswers.add(`${described(asked)}: ${wrong}`)
  }

  fail(asked: DrawnRequest, error: unknown): void {
    this.#settle(asked, codeOf(error), false, error)
  }

  #settle(asked: DrawnRequest, ending: Ending, isSuccess: boolean, error?: unknown): void {
    this.end(asked)
    if (isSuccess) this.answered++
    this.known[asked.index] = isSuccess ? Known.answered : Known.failed
    const endings = this.endings.get(asked.client) ?? new Map<Ending, number>()
    this.endings.set(asked.client, endings)
    count(endings, ending)
    if (isExpected(ending)) return
    this.unexpected.add(`${described(asked)}: ${error instanceof Error ? inOneLine(error) : ending}`)
  }
}

export function described({ index, client, method, body, length }: DrawnRequest): string {
  return `request ${index}, ${client} ${method}${body === 'none' ? '' : ` of ${length} bytes (${body})`}`
}

function inOneLine({ name, message, cause }: Error): string {
  return `${name}: ${message}${cause instanceof Error ? `, because of ${inOneLine(cause)}` : ''}`
}
