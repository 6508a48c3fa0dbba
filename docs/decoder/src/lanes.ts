import type { ReadStep } from '@ntlmkit/inspect'

/** More lines than this beside each other are no picture any more. */
const MOST_LANES = 5

/** Which vertical lines pass a step of the time line, and on which of them it stands. */
export interface LaneRow {
  /** The lane of the step's own connection. */
  readonly own: number | undefined
  /** For each lane: a line from above, a line to below, both, or none. */
  readonly lines: readonly { readonly above: boolean; readonly below: boolean }[]
}

/**
 * Gives every connection a lane from its first step to its last, as a picture of branches does; a lane is used again once
 * its connection has ended. Connections beyond the last lane share that one.
 */
export function lanesOf(steps: readonly ReadStep[]): LaneRow[] {
  const spans = spansOf(steps)
  const lanes = assign(spans)
  const width = Math.max(0, ...[...lanes.values()].map((lane) => lane + 1))
  const rows = steps.map(({ connection }) => ({
    own: connection === undefined ? undefined : lanes.get(connection),
    lines: Array.from({ length: width }, () => ({ above: false, below: false })),
  }))
  for (const [connection, { first, last }] of spans) {
    const lane = lanes.get(connection)!
    for (let index = first; index <= last; index++) {
      const line = rows[index]!.lines[lane]!
      line.above ||= index > first
      line.below ||= index < last
    }
  }
  return rows
}

interface Span {
  readonly first: number
  last: number
}

function spansOf(steps: readonly ReadStep[]): Map<number, Span> {
  const spans = new Map<number, Span>()
  for (const [index, { connection }] of steps.entries()) {
    if (connection === undefined) continue
    const span = spans.get(connection)
    if (span === undefined) spans.set(connection, { first: index, last: index })
    else span.last = index
  }
  return spans
}

function assign(spans: ReadonlyMap<number, Span>): Map<number, number> {
  const lanes = new Map<number, number>()
  const free: number[] = []
  // In the order of their first steps, as a Map keeps it.
  for (const [connection, { first, last }] of spans) {
    const lane = free.findIndex((until) => until < first)
    const chosen = lane >= 0 ? lane : Math.min(free.length, MOST_LANES - 1)
    lanes.set(connection, chosen)
    free[chosen] = Math.max(last, free[chosen] ?? 0)
  }
  return lanes
}
