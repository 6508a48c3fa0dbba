import { writeFileSync } from 'node:fs'
import type { Figures } from './figures.js'
import type { Progress } from './part.js'
import type { Settings } from './settings.js'
import { megabytes, type Verdict } from './verdict.js'

export function printBeginning(settings: Settings): void {
  const { seed, requests, seconds, faultRate, concurrency, processes } = settings
  console.log(
    `Soak, seed ${seed}: ${requests} requests or ${seconds} s, ${processes} x ${concurrency} at a time, each kind of fault at ${percent(faultRate)}.`,
  )
}

export function printProgress(seconds: number, parts: readonly Progress[]): void {
  const sum = (key: keyof Progress) => parts.reduce((total, part) => total + part[key], 0)
  const settled = sum('settled')
  console.log(
    `${seconds.toFixed(0).padStart(6)} s: ${settled} requests, ${(settled / seconds).toFixed(0)}/s, ` +
      `${percent(sum('answered') / settled)} answered with 200, ${sum('sockets')} of ${sum('allowedSockets')} sockets`,
  )
}

export function printFigures(figures: Figures): void {
  const { settled, seconds, connections, authenticatedConnections, handshakes, probes } = figures
  console.log(
    `\n${settled} requests in ${seconds.toFixed(0)} s, ${(settled / seconds).toFixed(0)}/s; ` +
      `${connections} connections, ${authenticatedConnections} authenticated by ${handshakes} handshakes, ${probes} probes.`,
  )
  console.log(`Faults: ${listed([...figures.injected])}.`)
  for (const [client, endings] of figures.endings) console.log(`${client}: ${listed([...endings])}.`)
  console.log('By quarter: MB of clients held/rss, of servers held/rss; sockets of clients, of servers.')
  for (const quarter of figures.quarters) {
    const { requests, clientHeld, clientRss, serverHeld, serverRss, clientSockets, serverSockets } = quarter
    console.log(
      `${String(requests).padStart(9)}: ${megabytes(clientHeld)}/${megabytes(clientRss)}, ` +
        `${megabytes(serverHeld)}/${megabytes(serverRss)}; ${clientSockets}, ${serverSockets}`,
    )
  }
}

export function printVerdicts(verdicts: readonly Verdict[]): void {
  for (const { rule, holds, detail } of verdicts)
    console.log(`${holds ? 'ok    ' : 'BROKEN'} ${rule}: ${detail}`)
}

/** In the shape of vitest's own JSON, as far as a summary reads it. */
export function writeSummary(file: string, verdicts: readonly Verdict[]): void {
  const numPassedTests = verdicts.filter(({ holds }) => holds).length
  const assertionResults = verdicts.map(({ rule, holds, detail }) => ({
    status: holds ? 'passed' : 'failed',
    fullName: rule,
    failureMessages: holds ? [] : [detail],
  }))
  const summary = {
    numPassedTests,
    numFailedTests: verdicts.length - numPassedTests,
    numPendingTests: 0,
    testResults: [{ assertionResults }],
  }
  writeFileSync(file, JSON.stringify(summary))
}

/** The most frequent first. */
function listed(counts: readonly (readonly [name: string, count: number])[]): string {
  return counts
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}
