import { isRepeatable } from '#load/asked-request'
import { Known } from './client-ledger.js'
import type { Evidence } from './evidence.js'
import type { DrawnRequest } from './request-source.js'

/** How often the application acted on the requests, against what their clients know. */
export interface Repetitions {
  /** Answered with 200, and not acted on. */
  lost: number[]
  /** Acted on more often than the rules allow. */
  doubled: number[]
  /** By how often they were acted on. */
  times: number[]
}

/** rules.md, Then as ever: once on a re-used connection, and then with each of three AUTHENTICATEs. */
const MOST_ACTS = 4

export function repetitionsOf({ requestOf, ledger, account }: Evidence): Repetitions {
  const result: Repetitions = { lost: [], doubled: [], times: [] }
  const { acts, unanswered, hidden } = account
  for (let index = 0; index < acts.length; index++) {
    const times = acts[index]
    if (ledger.known[index] === Known.notAsked && times === 0) continue
    result.times[times] = (result.times[times] ?? 0) + 1
    if (times === 0 && ledger.known[index] === Known.answered) result.lost.push(index)
    if (times > 1 && times > allowed(requestOf(index), unanswered[index] + hidden[index]))
      result.doubled.push(index)
  }
  return result
}

/** Once; and once more for each time that its client saw no byte of the answer, if it is idempotent. */
function allowed(asked: DrawnRequest, unseen: number): number {
  // A HEAD that shows whether a credential in doubt is still good is the same as the client's own (rules.md, Log-ons).
  const legs = asked.method === 'HEAD' ? 1 : 0
  return legs + (isRepeatable(asked) ? Math.min(1 + unseen, MOST_ACTS) : 1)
}
