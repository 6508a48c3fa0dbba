import type { Reply } from '../../clients/dist/index.js'
import type { AskedRequest } from './asked-request.js'
import { codeOf, type Ending, isExpected, wrongIn } from './outcome.js'

/** What the client knows of a request. */
export const Known = { notAsked: 0, underWay: 1, answered: 2, failed: 3 } as const

const MOST_EXAMPLES = 10

/** What the clients got, request by request: of a size that does not grow. */
export class Ledger {
  /** By index: {@link Known}; answered is a 200. */
  readonly known: Uint8Array
  /** Endings by client. */
  readonly endings = new Map<string, Map<Ending, number>>()
  /** 200s that say something else than they should, and errors nobody expects. */
  readonly wrongAnswers: string[] = []
  readonly unexpected: string[] = []
  wrongAnswerCount = 0
  unexpectedCount = 0
  asked = 0
  settled = 0
  answered = 0

  constructor(requests: number) {
    this.known = new Uint8Array(requests)
  }

  ask({ index }: AskedRequest): void {
    this.asked++
    this.known[index] = Known.underWay
  }

  answer(asked: AskedRequest, reply: Reply): void {
    const isSuccess = reply.status === 200
    this.#settle(asked, String(reply.status), isSuccess)
    if (!isSuccess) return
    const wrong = wrongIn(asked, reply)
    if (wrong === undefined) return
    this.wrongAnswerCount++
    keep(this.wrongAnswers, `${described(asked)}: ${wrong}`)
  }

  fail(asked: AskedRequest, error: unknown): void {
    this.#settle(asked, codeOf(error), false, error)
  }

  #settle(asked: AskedRequest, ending: Ending, isSuccess: boolean, error?: unknown): void {
    this.settled++
    if (isSuccess) this.answered++
    this.known[asked.index] = isSuccess ? Known.answered : Known.failed
    const endings = this.endings.get(asked.client) ?? new Map<Ending, number>()
    this.endings.set(asked.client, endings)
    endings.set(ending, (endings.get(ending) ?? 0) + 1)
    if (isExpected(ending)) return
    this.unexpectedCount++
    keep(this.unexpected, `${described(asked)}: ${error instanceof Error ? inOneLine(error) : ending}`)
  }
}

export function described({ index, client, method, body, length }: AskedRequest): string {
  return `request ${index}, ${client} ${method}${body === 'none' ? '' : ` of ${length} bytes (${body})`}`
}

function inOneLine({ name, message, cause }: Error): string {
  return `${name}: ${message}${cause instanceof Error ? `, because of ${inOneLine(cause)}` : ''}`
}

function keep(examples: string[], example: string): void {
  if (examples.length < MOST_EXAMPLES) examples.push(example)
}
