import { describe, expect, it } from 'vitest'
import { type Figures, sumOf } from './src/figures.js'
import { settingsOfParts } from './src/parts.js'
import { mergedVerdicts } from './src/verdict.js'

const settings = {
  seed: 7,
  faultRate: 0.01,
  requests: 11,
  seconds: 60,
  concurrency: 8,
  outputFile: undefined,
}

const figures: Figures = {
  settled: 10,
  seconds: 2,
  connections: 3,
  authenticatedConnections: 2,
  handshakes: 4,
  probes: 1,
  injected: new Map([['FIN', 2]]),
  endings: new Map([['got', new Map([['200', 9]])]]),
  quarters: [],
}

describe('a run in parts', () => {
  it('makes every request in one of them, each with a seed of its own', () => {
    const parts = settingsOfParts({ ...settings, processes: 3 })
    expect(parts.map(({ requests, seed }) => [requests, seed])).toEqual([
      [3, 7],
      [4, 8],
      [4, 9],
    ])
  })

  it('has the figures of all of them, and takes as long as the longest', () => {
    const other: Figures = {
      ...figures,
      seconds: 5,
      injected: new Map([
        ['FIN', 1],
        ['RST', 1],
      ]),
      endings: new Map([
        ['got', new Map([['200', 1]])],
        ['axios', new Map([['401', 1]])],
      ]),
    }
    const sum = sumOf([figures, other])
    expect(sum).toMatchObject({ settled: 20, seconds: 5, connections: 6, handshakes: 8, probes: 2 })
    expect(sum.injected).toEqual(new Map(Object.entries({ FIN: 3, RST: 1 })))
    expect(sum.endings).toEqual(
      new Map([
        ['got', new Map([['200', 10]])],
        ['axios', new Map([['401', 1]])],
      ]),
    )
  })

  it('adds the quarters up, number by number', () => {
    const quarter = {
      requests: 5,
      clientHeld: 1,
      clientRss: 2,
      serverHeld: 3,
      serverRss: 4,
      clientSockets: 5,
      serverSockets: 6,
    }
    const sum = sumOf([
      { ...figures, quarters: [quarter] },
      { ...figures, quarters: [quarter] },
    ])
    expect(sum.quarters).toEqual([
      {
        requests: 10,
        clientHeld: 2,
        clientRss: 4,
        serverHeld: 6,
        serverRss: 8,
        clientSockets: 10,
        serverSockets: 12,
      },
    ])
  })

  it('keeps a rule only where each of them keeps it', () => {
    const kept = { rule: 'one', holds: true, detail: '0 did' }
    const broken = { rule: 'one', holds: false, detail: '1 did' }
    expect(mergedVerdicts([[kept], [kept]])).toEqual([{ rule: 'one', holds: true, detail: '0 did; 0 did' }])
    expect(mergedVerdicts([[kept], [broken]])).toEqual([
      { rule: 'one', holds: false, detail: '0 did; 1 did' },
    ])
  })
})
