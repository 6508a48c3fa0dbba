import { shown } from '@ntlmkit/core'
import type { DecodedField, DecodedToken, ReadConversation, Reading, ReadStep } from '@ntlmkit/inspect'
import { findingLines } from '../error-lines.js'
import type { Screen } from '../screen.js'
import { wrapped } from '../wrap.js'
import type { Check } from './checks.js'

const OFFSET_WIDTH = 5
const LENGTH_WIDTH = 6
const NAME_WIDTH = 32
const MOST_SHOWN = 2000

/** A reading for people: each token field by field, then the checks and the findings. */
export function readingLines(reading: Reading, checks: readonly Check[], screen: Screen): string[] {
  const { colours, width } = screen
  return [
    ...reading.conversations.flatMap((conversation) => conversationLines(conversation, reading, screen)),
    ...reading.problems.flatMap((problem) => wrapped(colours.yellow(shown(problem, 500)), width)),
    ...checkLines(checks, screen),
  ]
}

function conversationLines(
  { observation, steps, findings }: ReadConversation,
  { kind }: Reading,
  screen: Screen,
): string[] {
  const { colours, width } = screen
  const several = kind !== 'token' && kind !== 'header'
  return [
    ...(several ? [colours.bold(shown(observation.origin)), ''] : []),
    ...steps.flatMap((step) => stepLines(step, screen)),
    ...(findings.length > 0 ? [colours.bold('Findings'), ...findingLines(findings, width), ''] : []),
  ]
}

function stepLines({ direction, label, connection, token }: ReadStep, screen: Screen): string[] {
  const { colours } = screen
  const arrow = direction === 'request' ? '>' : '<'
  const number = connection === undefined ? '' : `#${connection} `
  const heading = colours.cyan(`${arrow} ${number}${shown(label)}`)
  return token === undefined ? [heading] : [heading, ...tokenLines(token, screen), '']
}

function tokenLines({ title, bytes, fields, problems }: DecodedToken, screen: Screen): string[] {
  const { colours, width } = screen
  return [
    `${colours.bold(shown(title))}, ${bytes.length} bytes`,
    colours.dim(row('at', 'bytes', 'field', 'value')),
    ...fields.flatMap((field) => fieldLines(field, 0, screen)),
    ...problems.flatMap((problem) => wrapped(shown(problem, 500), width, '  ! ').map(colours.yellow)),
  ]
}

function fieldLines(field: DecodedField, depth: number, screen: Screen): string[] {
  const { colours, width } = screen
  const { offset, length, problem, fields = [] } = field
  const label = `${'  '.repeat(depth)}${shown(field.name.replace(/^NTLMSSP_/, ''))}`
  const room = Math.max(width - OFFSET_WIDTH - LENGTH_WIDTH - NAME_WIDTH - 3, 20)
  const lines = broken(meaningOf(field), room)
  const beside = label.length > NAME_WIDTH ? '' : lines.shift()
  const below = (text: string) => row('', '', '', text)
  const problems = problem === undefined ? [] : broken(shown(problem, 500), room)
  return [
    row(String(offset), String(length), label, beside ?? ''),
    ...lines.map(below),
    ...problems.map((line) => colours.yellow(below(line))),
    ...fields.flatMap((each) => fieldLines(each, depth + 1, screen)),
  ]
}

/** The bit of a flag is no news beside its name. */
function meaningOf({ name, value, explanation }: DecodedField): string {
  const meaning = explanation === undefined ? '' : shown(explanation, 500)
  if (name.startsWith('NTLMSSP_') && meaning !== '') return meaning
  return meaning === '' ? shown(value, MOST_SHOWN) : `${shown(value, MOST_SHOWN)} (${meaning})`
}

/** At spaces, and words without any (hex) where the line ends. */
function broken(text: string, width: number): string[] {
  return wrapped(text, width).flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [''])
}

function row(offset: string, length: string, name: string, value: string): string {
  const left = `${offset.padStart(OFFSET_WIDTH)} ${length.padStart(LENGTH_WIDTH)}  ${name.padEnd(NAME_WIDTH)}`
  return `${left} ${value}`.trimEnd()
}

function checkLines(checks: readonly Check[], { colours }: Screen): string[] {
  if (checks.length === 0) return []
  const paint = { right: colours.green, wrong: colours.red, absent: colours.dim, unchecked: colours.yellow }
  return [
    colours.bold('Checks'),
    ...checks.map(
      ({ name, result, detail }) => `  ${name.padEnd(9)} ${paint[result](result)}: ${shown(detail)}`,
    ),
  ]
}
