import type { LegName } from '../legs.js'
import { type Counts, fails, type Outcome } from './outcome.js'

/** What the server has seen of a request, at most, when it stands at this leg. */
const REACHED: Readonly<Record<LegName, Counts>> = {
  'before TLS': [0, 1],
  'before NEGOTIATE': [1, 1],
  'after NEGOTIATE': [1, 1],
  'with the CHALLENGE': [1, 1],
  // The HEAD, what went plainly, and the leg of its own method.
  'with a CHALLENGE that has a body': [3, 1],
  'before AUTHENTICATE is written': [2, 1],
  'while the body is sent': [2, 1],
  'before the answer': [2, 1],
  'during the answer': [2, 1],
  idle: [1, 1],
  're-used, while the body is sent': [1, 1],
  're-used, before the answer': [1, 1],
  're-used, during the answer': [1, 1],
}

/**
 * rules.md, Then as ever: a request that is aborted or timed out in any leg ends at once with the client's own error, and its socket is
 * closed. So nothing is sent any more, whatever the server does.
 */
export function givenUp(leg: LegName, how: 'abort' | 'timeout'): Outcome {
  return fails(how, REACHED[leg])
}
