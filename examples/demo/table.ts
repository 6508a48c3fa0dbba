import colours from 'picocolors'
import type { WireCounts } from './wire-counts.js'

/** One line of the table. */
export interface Row extends WireCounts {
  client: string
  scenario: string
  statuses: number[]
  milliseconds: number
}

interface Column {
  title: string
  width: number
  align: 'left' | 'right'
  text(row: Row): string
  colour?(text: string, row: Row): string
}

const COLUMNS: readonly Column[] = [
  { title: 'client', width: 16, align: 'left', text: ({ client }) => client, colour: colours.bold },
  { title: 'what', width: 21, align: 'left', text: ({ scenario }) => scenario },
  {
    title: 'answer',
    width: 9,
    align: 'left',
    text: ({ statuses }) => tally(statuses),
    colour: (text, { statuses }) => (isGood(statuses) ? colours.green(text) : colours.red(text)),
  },
  { title: 'requests', width: 9, align: 'right', text: ({ requests }) => number(requests) },
  { title: 'connections', width: 12, align: 'right', text: ({ connections }) => number(connections) },
  { title: 'body bytes', width: 13, align: 'right', text: ({ bodyBytes }) => number(bodyBytes) },
  {
    title: 'ms',
    width: 7,
    align: 'right',
    text: ({ milliseconds }) => number(Math.round(milliseconds)),
    colour: colours.dim,
  },
  {
    title: '  as',
    width: 0,
    align: 'left',
    text: ({ users }) => `  ${users.join(', ') || 'nobody'}`,
    colour: colours.cyan,
  },
]

export function header(): string {
  return colours.dim(COLUMNS.map((column) => pad(column.title, column)).join(' '))
}

export function line(row: Row): string {
  return COLUMNS.map((column) => {
    const padded = pad(column.text(row), column)
    return column.colour ? column.colour(padded, row) : padded
  }).join(' ')
}

/** Whether every answer is what was asked for. */
export function isGood(statuses: readonly number[]): boolean {
  return statuses.every((status) => status < 400)
}

function pad(text: string, { width, align }: Column): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width)
}

/** `200`, or `100 x 200`, or both kinds where there are several. */
function tally(statuses: readonly number[]): string {
  const kinds = [...new Set(statuses)].sort((a, b) => a - b)
  const count = (kind: number) => statuses.filter((status) => status === kind).length
  return kinds.map((kind) => (statuses.length === 1 ? `${kind}` : `${count(kind)} x ${kind}`)).join(', ')
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
