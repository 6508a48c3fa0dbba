import type { DecodedToken, ReadStep } from '@ntlmkit/inspect'
import { shown } from '../../../packages/core/src/shown.js'
import { element } from './element.js'
import { FieldTree } from './field-tree.js'
import { flatten, ownersOf, tint } from './flat-fields.js'
import { HexView } from './hex-view.js'
import { Highlight } from './highlight.js'
import { problemsView } from './problems-view.js'
import { count } from './words.js'

const COLOURS = 6
/** CSS pixels: 16 columns of bytes, and room for the fields beside them. */
const WIDE_ENOUGH = 980

/** One message: what it is, what is wrong with it, its fields and its bytes. */
export function messageView(step: ReadStep): HTMLElement {
  const { token } = step
  const title = token === undefined ? shown(step.label) : shown(token.title)
  const node = element(
    'section',
    { class: 'message', 'aria-label': 'Message' },
    element('h3', {}, title),
    element('p', { class: 'facts' }, factsOf(step)),
  )
  if (token === undefined) {
    node.append(element('p', { class: 'empty' }, 'No token of NTLM or Negotiate went with this message.'))
    return node
  }
  const problems = problemsView(token.problems)
  if (problems !== undefined) node.append(problems)
  node.append(fieldsAndBytes(token, node))
  return node
}

function fieldsAndBytes({ fields, bytes }: DecodedToken, message: HTMLElement): HTMLElement {
  const flat = flatten(fields)
  const owners = ownersOf(flat, bytes.length)
  tint(owners, COLOURS)
  const highlight = new Highlight()
  const tree = new FieldTree(flat, highlight)
  const dump = new HexView(bytes, owners, highlight)
  message.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || highlight.pinned === undefined) return
    highlight.pin(undefined, message)
    // The first Escape forgets the field, the second one leaves the message.
    event.stopPropagation()
  })
  const node = element('div', { class: 'fields-and-bytes' }, tree.node, dump.node)
  new ResizeObserver(([entry]) => {
    dump.wide = entry !== undefined && entry.contentRect.width >= WIDE_ENOUGH
  }).observe(node)
  return node
}

function factsOf({ direction, label, connection, at, field, token }: ReadStep): string {
  const facts = [
    direction === 'request' ? 'Client to server' : 'Server to client',
    field === undefined || field === label ? undefined : `${shown(field)} of ${shown(label, 120)}`,
    token && count(token.bytes.length, 'byte'),
    connection === undefined ? undefined : `connection ${connection}`,
    at === undefined ? undefined : timeOf(at),
  ]
  return facts.filter((fact) => fact !== undefined).join(' · ')
}

/** A HAR may say anything, and Date refuses what is too far away. */
function timeOf(at: number): string | undefined {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace('T', ' ')
}
