import { FINDINGS, type Finding, type Likelihood } from '@ntlmkit/inspect'
import { shown } from '../../../packages/core/src/shown.js'
import { element } from './element.js'
import { count } from './words.js'

/** The build puts the address of docs/errors.md here, which has a paragraph for every id. */
declare const ERRORS: string

const LIKELIHOODS: Readonly<Record<Likelihood, string>> = {
  certain: 'Certain',
  likely: 'Likely',
  possible: 'Possible',
}

const LONGEST_SENTENCE = 1000

/**
 * The causes of a conversation's failure, the likeliest first. What is merely possible is folded away where something more
 * is known: a refusal without a reason has many causes that cannot be excluded.
 */
export function findingsView(findings: readonly Finding[]): HTMLElement | undefined {
  if (findings.length === 0) return undefined
  const seen = findings.filter(({ likelihood }) => likelihood !== 'possible')
  const known = seen.length > 0 ? seen : findings
  const rest = seen.length > 0 ? findings.filter(({ likelihood }) => likelihood === 'possible') : []
  return element(
    'section',
    { class: 'findings', 'aria-labelledby': 'findings-title' },
    element('h2', { id: 'findings-title' }, 'Why it failed'),
    element('ol', {}, ...known.map(findingView)),
    rest.length > 0 ? furtherView(rest) : undefined,
  )
}

function furtherView(findings: readonly Finding[]): HTMLElement {
  return element(
    'details',
    { class: 'further' },
    element(
      'summary',
      {},
      count(findings.length, 'cause that is possible too', 'causes that are possible too'),
    ),
    element('ol', {}, ...findings.map(findingView)),
  )
}

function findingView({ id, likelihood, evidence, nextStep }: Finding): HTMLElement {
  return element(
    'li',
    { class: `finding ${likelihood}` },
    element(
      'p',
      { class: 'finding-head' },
      element('span', { class: 'likelihood' }, LIKELIHOODS[likelihood]),
      element('code', {}, id),
    ),
    element('h3', {}, FINDINGS[id].title),
    element('p', { class: 'evidence' }, element('bdi', {}, shown(evidence, LONGEST_SENTENCE))),
    element(
      'p',
      { class: 'next-step' },
      element('strong', {}, 'Next: '),
      element('bdi', {}, shown(nextStep, LONGEST_SENTENCE)),
    ),
    element(
      'a',
      {
        href: `${ERRORS}#${encodeURIComponent(id)}`,
        rel: 'noreferrer',
        'aria-label': `More about ${id}`,
      },
      'More about this',
    ),
  )
}
