import type { CallOptions, Identity, Session } from '../clients/index.js'
import { FIRST, firstLeg, forClient, type PerClient } from './clients.js'
import { type Outcome, outcomeOf } from './outcomes.js'
import { type Script, ScriptedServer, type SeenRequest } from './scripted-server.js'

/** What a server does to a client, and what comes of it. */
export interface Attack {
  /** What the server does. */
  name: string
  script: Script | Script['answer']
  /** Made anew for each client: a stream can be read once. Default: a GET. */
  call?: () => CallOptions
  /** Beside Alice's name and password. */
  identity?: Partial<Identity>
  outcome: PerClient<Outcome>
  /** The requests that the server saw, in short: `HEAD NEGOTIATE, GET AUTHENTICATE`. */
  requests: PerClient<string>
  /** It loses connections in the middle of a handshake, which has bounds of its own. */
  losesConnections?: true
  /** Connections that may serve again. Default: 0. */
  kept?: PerClient<number>
}

/** What came of it. */
export interface Report {
  outcome: Outcome
  requests: string
  /** Of the answer, where there was one. */
  text: string
  server: ScriptedServer
}

/** Lets one client call a server that runs this script. The report's server goes with who asked for it. */
export async function launch(attack: Pick<Attack, 'script' | 'call'>, session: Session): Promise<Report> {
  const server = await ScriptedServer.start(attack.script)
  const options = attack.call?.() ?? {}
  const { outcome, text } = await session.call(`${server.origin}/`, options).then(
    ({ status, text }) => ({ outcome: { status }, text }),
    (error: unknown) => ({ outcome: outcomeOf(error, server.origin), text: '' }),
  )
  return { outcome, text, requests: server.requests.map(inShort).join(', '), server }
}

export function inShort({ method, leg }: SeenRequest): string {
  return `${method} ${leg}`
}

/** What is expected of this client, in the form of a report. */
export function expectedOf(attack: Attack, client: string): Pick<Report, 'outcome' | 'requests'> {
  return {
    outcome: forClient(attack.outcome, client),
    requests: requestsOf(attack, client),
  }
}

export function requestsOf({ requests }: Pick<Attack, 'requests'>, client: string): string {
  return forClient(requests, client).replaceAll(FIRST, firstLeg(client))
}
