import { writeFileSync } from 'node:fs'
import type { Evidence } from './evidence.js'
import type { Ledger } from './ledger.js'
import type { Settings } from './settings.js'
import type { SocketWatch } from './socket-watch.js'
import { megabytes, type Verdict } from './verdict.js'

export function printBeginning({ seed, requests, seconds, faultRate, concurrency }: Settings): void {
  console.log(
    `Soak, seed ${seed}: ${requests} requests or ${seconds} s, ${concurrency} at a time, each kind of fault at ${percent(faultRate)}.`,
  )
}

export function printProgress(seconds: number, ledger: Ledger, sockets: SocketWatch): void {
  const { settled, answered } = ledger
  console.log(
    `${seconds.toFixed(0).padStart(6)} s: ${settled} requests, ${(settled / seconds).toFixed(0)}/s, ` +
      `${percent(answered / settled)} answered with 200, ${sockets.clients.last} of ${sockets.allowed} sockets`,
  )
}

export function printFigures(evidence: Evidence): void {
  const { ledger, account, left, seconds, quarters } = evidence
  console.log(
    `\n${ledger.settled} requests in ${seconds.toFixed(0)} s, ${(ledger.settled / seconds).toFixed(0)}/s; ` +
      `${left.connections} connections, ${account.authenticatedConnections} authenticated by ${account.handshakes} handshakes, ${account.probes} probes.`,
  )
  console.log(`Faults: ${listed(Object.entries(left.injected))}.`)
  for (const [client, endings] of ledger.endings) console.log(`${client}: ${listed([...endings])}.`)
  console.log('By quarter: MB of clients held/rss, of servers held/rss; sockets of clients, of servers.')
  for (const quarter of quarters) {
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
  writeFileSync(
    file,
    JSON.stringify({ numPassedTests, numFailedTests: verdicts.length - numPassedTests, numPendingTests: 0 }),
  )
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
