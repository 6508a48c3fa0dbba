import { shown } from '../../../packages/core/src/shown.js'
import { element } from './element.js'
import { count } from './words.js'

/** A hostile message has a problem in each of its thousands of fields. */
const MOST_PROBLEMS = 12
const LONGEST_SENTENCE = 600

/** What is wrong with a text or a token, if anything is; a `mild` list hinders nothing. */
export function problemsView(problems: readonly string[], how?: 'mild'): HTMLElement | undefined {
  if (problems.length === 0) return undefined
  const items = problems.slice(0, MOST_PROBLEMS).map((one) => element('li', {}, shown(one, LONGEST_SENTENCE)))
  const left = problems.length - items.length
  const more = left > 0 ? element('li', {}, `… and ${count(left, 'problem')} more`) : undefined
  return element('ul', { class: how === undefined ? 'problems' : 'problems mild' }, ...items, more)
}
