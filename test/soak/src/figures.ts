import { addedUp } from '#load/counts'
import type { Evidence } from './evidence.js'
import type { Ending } from './outcome.js'
import type { Quarter } from './quarters.js'

/** What is reported of a run beside its verdicts. */
export interface Figures {
  settled: number
  seconds: number
  connections: number
  authenticatedConnections: number
  handshakes: number
  /** See AccountReport. */
  probes: number
  /** Faults by kind. */
  injected: ReadonlyMap<string, number>
  /** By client. */
  endings: ReadonlyMap<string, ReadonlyMap<Ending, number>>
  quarters: readonly Quarter[]
}

export function figuresOf({ ledger, account, left, seconds, quarters }: Evidence): Figures {
  return {
    settled: ledger.settled,
    seconds,
    connections: left.connections,
    authenticatedConnections: account.authenticatedConnections,
    handshakes: account.handshakes,
    probes: account.probes,
    injected: new Map(Object.entries(left.injected)),
    endings: ledger.endings,
    quarters,
  }
}

/** Of parts that ran at the same time. */
export function sumOf(parts: readonly Figures[]): Figures {
  const sum = (figure: (part: Figures) => number) => parts.reduce((total, part) => total + figure(part), 0)
  const clients = new Set(parts.flatMap(({ endings }) => [...endings.keys()]))
  const endingsOf = (client: string) => addedUp(parts.map(({ endings }) => endings.get(client) ?? new Map()))
  return {
    settled: sum(({ settled }) => settled),
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
    connections: sum(({ connections }) => connections),
    authenticatedConnections: sum(({ authenticatedConnections }) => authenticatedConnections),
    handshakes: sum(({ handshakes }) => handshakes),
    probes: sum(({ probes }) => probes),
    injected: addedUp(parts.map(({ injected }) => injected)),
    endings: new Map([...clients].map((client) => [client, endingsOf(client)])),
    quarters: quartersOfAll(parts.map(({ quarters }) => quarters)),
  }
}

function quartersOfAll(parts: readonly (readonly Quarter[])[]): Quarter[] {
  const [first = []] = parts
  return first.map((quarter, number) => {
    const keys = Object.keys(quarter) as (keyof Quarter)[]
    const sum = (key: keyof Quarter) =>
      parts.reduce((total, quarters) => total + (quarters[number]?.[key] ?? 0), 0)
    return Object.fromEntries(keys.map((key) => [key, sum(key)])) as unknown as Quarter
  })
}
