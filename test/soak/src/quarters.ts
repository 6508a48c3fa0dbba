import type { Sample } from './memory-series.js'

/** Medians of a quarter of a run. */
export interface Quarter {
  /** Settled at its end. */
  requests: number
  clientHeld: number
  clientRss: number
  serverHeld: number
  serverRss: number
  clientSockets: number
  serverSockets: number
}

const QUARTERS = 4

/** Empty for a run that was too short to have quarters. */
export function quartersOf(samples: readonly Sample[]): Quarter[] {
  if (samples.length < QUARTERS) return []
  const edge = (quarter: number) => Math.round((quarter * samples.length) / QUARTERS)
  return Array.from({ length: QUARTERS }, (_, quarter) =>
    quarterOf(samples.slice(edge(quarter), edge(quarter + 1))),
  )
}

function quarterOf(samples: readonly Sample[]): Quarter {
  const of = (figure: (sample: Sample) => number) => median(samples.map(figure))
  return {
    requests: samples.at(-1)!.requests,
    clientHeld: of(({ clients }) => clients.held),
    clientRss: of(({ clients }) => clients.rss),
    serverHeld: of(({ servers }) => servers.held),
    serverRss: of(({ servers }) => servers.rss),
    clientSockets: of(({ clientSockets }) => clientSockets),
    serverSockets: of(({ serverSockets }) => serverSockets),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}
