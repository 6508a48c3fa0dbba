// The servers of a run, in a process of their own: started by servers.ts.
import { once } from 'node:events'
import { type FaultServer, makeCertificates, startFaultServer } from '#fault-server'
import { addedUp } from '#load/counts'
import { Account } from './account.js'
import { FaultSource } from './fault-source.js'
import { HiddenAnswers } from './hidden-answers.js'
import type { FromServers, ServerStart, ToServers } from './messages.js'
import { closed } from './open-sockets.js'
import { measureMemory } from './process-memory.js'
import { RequestSource } from './request-source.js'
import { ACCOUNTS, SERVERS, type ServerName, sessionPlans } from './session-plans.js'
import { watchTroubles } from './troubles.js'

const SOCKETS_EVERY = 250

const troubles = watchTroubles()
process.once('disconnect', () => process.exit())
const [start] = (await once(process, 'message')) as [ServerStart]
const plans = sessionPlans(start.seed)
const source = new RequestSource(start.seed, start.faultRate, plans)
const hidden = new HiddenAnswers(start.requests)
const account = new Account(SERVERS.length, hidden, (index) => source.request(index))
const draws = new Uint8Array(start.requests)
const certificates = await makeCertificates()
const faults = SERVERS.map(
  (_, server) => new FaultSource({ seed: start.seed, rate: start.faultRate, server, draws, hidden }),
)
const servers = await Promise.all(SERVERS.map((name, number) => open(name, number)))

function open(name: ServerName, number: number): Promise<FaultServer> {
  const maxVersion = name === 'TLS 1.2' ? ('TLSv1.2' as const) : ('TLSv1.3' as const)
  return startFaultServer({
    users: ACCOUNTS,
    tls: name === 'plain' ? false : { certificates, maxVersion },
    plan: (moment) => faults[number].fault(moment),
    keepLog: false,
    onRecord: (record) => account.enter(number, record),
  })
}

function openSockets(): number {
  return servers.reduce((sum, { openConnections }) => sum + openConnections, 0)
}

function tell(message: FromServers, told?: () => void): void {
  process.send?.(message, undefined, undefined, told)
}

async function finish(): Promise<void> {
  clearInterval(watch)
  const left = {
    openSockets: await closed(openSockets),
    connections: servers.reduce((sum, { connections }) => sum + connections, 0),
    injected: Object.fromEntries(addedUp(faults.map(({ injected }) => injected))),
    troubles: [...troubles],
  }
  await Promise.all(servers.map((server) => server.close()))
  // A long message: it must be out before the channel closes.
  tell({ is: 'finished', account: account.report, left }, () => process.disconnect())
}

const origins = Object.fromEntries(SERVERS.map((name, number) => [name, servers[number].origin]))
const watch = setInterval(() => tell({ is: 'sockets', open: openSockets() }), SOCKETS_EVERY)
process.on('message', (message: ToServers) => {
  if (message.is === 'measure') tell({ is: 'memory', memory: measureMemory() })
  if (message.is === 'finish') void finish()
})
tell({ is: 'ready', origins: origins as Record<ServerName, string>, ca: certificates.ca })
