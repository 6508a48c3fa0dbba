import type { ReadStep } from '@ntlmkit/inspect'
import { shown } from '../../../packages/core/src/shown.js'
import { ArrowKeys } from './arrow-keys.js'
import { element } from './element.js'
import { type LaneRow, lanesOf } from './lanes.js'
import { count, elapsed, statusOf, tokenClass, tokenName } from './words.js'

const STEPS_AT_ONCE = 200

/** The messages of a conversation one below the other, each connection a line: arrow keys go along, and select. */
export class TimeLine {
  readonly node: HTMLElement
  readonly #steps: readonly ReadStep[]
  readonly #origin: string
  readonly #lanes: readonly LaneRow[]
  readonly #list = element('ol', { class: 'steps' })
  readonly #buttons: HTMLButtonElement[] = []
  readonly #more = element('button', { type: 'button', class: 'button quiet' })
  readonly #onSelect: (step: ReadStep) => void
  #selected: HTMLElement | undefined

  /** Labels are shown without the origin, which all of them have in common. */
  constructor(steps: readonly ReadStep[], origin: string, onSelect: (step: ReadStep) => void) {
    this.#steps = steps
    this.#origin = origin
    this.#lanes = lanesOf(steps)
    this.#onSelect = onSelect
    this.node = element('section', { class: 'time-line', 'aria-label': 'Time line' }, this.#list, this.#more)
    this.#addSteps()
    this.#more.addEventListener('click', () => {
      const next = this.#buttons.length
      this.#addSteps()
      this.#buttons[next]?.focus()
    })
    const keys = new ArrowKeys(this.#list, () => this.#buttons)
    this.#list.addEventListener('focusin', ({ target }) => this.#select(this.#indexOf(target)))
    this.#list.addEventListener('click', ({ target }) => this.#select(this.#indexOf(target)))
    const first = Math.max(
      0,
      this.#buttons.findIndex((_, index) => steps[index]?.token !== undefined),
    )
    this.#select(first)
    if (this.#buttons[first] !== undefined) keys.moveTo(this.#buttons[first])
  }

  focus(): void {
    this.#selected?.focus()
  }

  #addSteps(): void {
    const from = this.#buttons.length
    const until = Math.min(from + STEPS_AT_ONCE, this.#steps.length)
    for (let index = from; index < until; index++) {
      const button = this.#button(index)
      this.#buttons.push(button)
      this.#list.append(element('li', {}, button))
    }
    const left = this.#steps.length - until
    this.#more.hidden = left === 0
    this.#more.textContent = `Show more: ${count(left, 'message is', 'messages are')} left`
  }

  #button(index: number): HTMLButtonElement {
    const step = this.#steps[index]!
    const { direction, label, connection, token } = step
    const problems = token?.problems.length ?? 0
    return element(
      'button',
      { type: 'button', class: `step ${direction}`, tabindex: '-1' },
      lanes(this.#lanes[index]!),
      element(
        'span',
        { class: 'what' },
        element('span', { class: 'arrow', 'aria-hidden': 'true' }, direction === 'request' ? '→' : '←'),
        element('span', { class: 'visually-hidden' }, direction === 'request' ? 'Request: ' : 'Response: '),
        element(
          'bdi',
          { class: `label ${statusClass(step)}`, title: shown(label) },
          shown(this.#short(label)),
        ),
        element('span', { class: 'tag time' }, this.#timeOf(index)),
      ),
      element(
        'span',
        { class: 'tags' },
        token && element('span', { class: `badge ${tokenClass(token)}` }, tokenName(token)),
        problems > 0 ? element('span', { class: 'badge wrong' }, count(problems, 'problem')) : undefined,
        connection === undefined ? undefined : element('span', { class: 'tag' }, `connection ${connection}`),
      ),
    )
  }

  #short(label: string): string {
    return label.replace(`${this.#origin}/`, '/')
  }

  /** Since the first message; where there are no times, the number of the message. */
  #timeOf(index: number): string {
    const at = this.#steps[index]!.at
    const begin = this.#steps.find((step) => step.at !== undefined)?.at
    return at === undefined || begin === undefined ? `#${index + 1}` : elapsed(at - begin)
  }

  #select(index: number): void {
    const button = this.#buttons[index]
    if (button === undefined || button === this.#selected) return
    this.#selected?.removeAttribute('aria-current')
    button.setAttribute('aria-current', 'true')
    this.#selected = button
    this.#onSelect(this.#steps[index]!)
  }

  #indexOf(target: EventTarget | null): number {
    const button = target instanceof Element ? target.closest('button') : null
    return button === null ? -1 : this.#buttons.indexOf(button)
  }
}

function statusClass(step: ReadStep): string {
  const status = statusOf(step)
  return status === undefined ? '' : `status-${Math.floor(status / 100)}`
}

function lanes({ own, lines }: LaneRow): HTMLElement {
  const node = element('span', { class: 'lanes', 'aria-hidden': 'true' })
  for (const [lane, { above, below }] of lines.entries()) {
    const classes = ['lane', `lane-${lane}`]
    if (above) classes.push('above')
    if (below) classes.push('below')
    if (lane === own) classes.push('own')
    node.append(element('span', { class: classes.join(' ') }))
  }
  return node
}
