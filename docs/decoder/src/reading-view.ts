import type { ReadConversation, Reading, ReadStep } from '@ntlmkit/inspect'
import { shown } from '../../../packages/core/src/shown.js'
import { element } from './element.js'
import { findingsView } from './findings-view.js'
import { messageView } from './message-view.js'
import { problemsView } from './problems-view.js'
import { TimeLine } from './time-line.js'
import { count, INPUT_KINDS } from './words.js'

/** Nothing that this page is about is in it. */
export function isForeign({ conversations }: Reading): boolean {
  return conversations.every(({ steps }) => steps.every(({ token }) => token?.kind === 'unknown'))
}

/** A sentence for the status line: what was read, and how much of it. */
export function summaryOf(reading: Reading): string {
  const { kind, conversations } = reading
  const steps = conversations.flatMap((conversation) => conversation.steps)
  if (steps.length === 0) return `${INPUT_KINDS[kind]}: no message of NTLM or Negotiate in it.`
  if (isForeign(reading)) {
    return 'No token of NTLM or Negotiate, although it can be read as base64 or hex.'
  }
  const connections = new Set(steps.map(({ connection }) => connection).filter((one) => one !== undefined))
  const parts = [
    count(steps.length, 'message'),
    connections.size > 0 ? count(connections.size, 'connection') : undefined,
    conversations.length > 1 ? `${conversations.length} origins` : undefined,
  ]
  return `${INPUT_KINDS[kind]}: ${parts.filter((part) => part !== undefined).join(', ')}.`
}

/** All that a text was read as. */
export function readingView(reading: Reading): HTMLElement[] {
  const { conversations, problems } = reading
  const parts = [problemsView(problems, isForeign(reading) ? undefined : 'mild')].filter(
    (part) => part !== undefined,
  )
  if (conversations.length === 0) return parts
  const place = element('div', { class: 'conversation' })
  const show = (conversation: ReadConversation) => place.replaceChildren(...conversationView(conversation))
  const chosen = mostTelling(conversations)
  if (conversations.length > 1) parts.push(chooser(conversations, chosen, show))
  show(conversations[chosen]!)
  return [...parts, place]
}

function secretNotice(): HTMLElement {
  return element(
    'p',
    { class: 'notice' },
    'There is an AUTHENTICATE in this: whoever has it can try passwords on it. Keep it out of tickets and chats.',
  )
}

function mostTelling(conversations: readonly ReadConversation[]): number {
  const withFindings = conversations.findIndex(({ findings }) => findings.length > 0)
  if (withFindings >= 0) return withFindings
  return Math.max(
    0,
    conversations.findIndex(({ steps }) => steps.some(({ token }) => token !== undefined)),
  )
}

function chooser(
  conversations: readonly ReadConversation[],
  chosen: number,
  show: (conversation: ReadConversation) => void,
): HTMLElement {
  const select = element('select', { id: 'conversation' })
  for (const [index, { observation, steps, findings }] of conversations.entries()) {
    const found = findings.length > 0 ? `, ${count(findings.length, 'finding')}` : ''
    const text = `${shown(observation.origin, 80)}: ${count(steps.length, 'message')}${found}`
    select.append(element('option', { value: String(index) }, text))
  }
  select.value = String(chosen)
  select.addEventListener('change', () => show(conversations[Number(select.value)]!))
  return element(
    'p',
    { class: 'chooser' },
    element('label', { for: 'conversation' }, 'Conversation with'),
    select,
  )
}

/** Readers give an answer behind its request; between them others may have come and gone. */
function inTime(steps: readonly ReadStep[]): readonly ReadStep[] {
  if (steps.some(({ at }) => at === undefined)) return steps
  return steps.toSorted((one, other) => one.at! - other.at!)
}

function conversationView({ observation, steps: read, findings }: ReadConversation): HTMLElement[] {
  const steps = inTime(read)
  const place = element('div', { class: 'message-place' })
  const timeLine = new TimeLine(steps, observation.origin, (step) => place.replaceChildren(messageView(step)))
  place.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    timeLine.focus()
    event.stopPropagation()
  })
  // One message alone is no conversation.
  const parts = steps.length > 1 ? [timeLine.node, place] : [place]
  const bench = element('div', { class: `bench${steps.length > 1 ? '' : ' alone'}` }, ...parts)
  const tells = steps.some(({ token }) => token?.ntlm?.type === 'authenticate')
  return [findingsView(findings), tells ? secretNotice() : undefined, bench].filter(
    (part) => part !== undefined,
  )
}
