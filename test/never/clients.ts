import { Readable } from 'node:stream'
import { type NtlmAgents, ntlmAgents } from '@ntlmkit/agent'
import fetch from 'node-fetch'
import superagent from 'superagent'
import { onTestFinished } from 'vitest'
import {
  type Identity,
  type OpenSession,
  type Pool,
  type Reply,
  type Session,
  sessions,
} from '../clients/index.js'
import { reply } from '../clients/session.js'
import { ALICE } from '../wire.js'

const IDLE = 2000
/** Above every wait that the rules allow, and below the limit of a test: a client that hangs is named. */
const LIMIT = 9000

function agentsFor({ ca, ...identity }: Identity, { connections, idle = IDLE }: Pool): NtlmAgents {
  return ntlmAgents(identity, { freeSocketTimeout: idle, maxSockets: connections, ca })
}

const withNodeFetch: OpenSession = (identity, pool = {}) => {
  const agents = agentsFor(identity, pool)
  return {
    async call(url, { follow = false, timeout: _, ...options } = {}) {
      const agent = url.startsWith('https:') ? agents.https : agents.http
      const response = await fetch(url, { agent, redirect: follow ? 'follow' : 'manual', ...options })
      return reply(response.status, Object.fromEntries(response.headers), await response.text())
    },
    close: async () => agents.destroy(),
  }
}

const withSuperagent: OpenSession = (identity, pool = {}) => {
  const agents = agentsFor(identity, pool)
  return {
    async call(url, { method = 'GET', headers = {}, body, signal, follow } = {}) {
      const request = superagent(method, url)
        .agent(url.startsWith('https:') ? agents.https : agents.http)
        .set(headers)
        .redirects(follow ? 5 : 0)
        .ok(() => true)
      signal?.addEventListener('abort', () => request.abort(), { once: true })
      const { status, headers: fields, text } = await sent(request, body)
      return reply(status, fields, text ?? '')
    },
    close: async () => agents.destroy(),
  }
}

type Sent = { status: number; headers: object; text?: string }

function sent(request: superagent.Request, body: Buffer | Readable | undefined): Promise<Sent> {
  if (!(body instanceof Readable)) {
    return body === undefined
      ? request.then((response) => response)
      : request
          .type('application/octet-stream')
          .send(body as never)
          .then((response) => response)
  }
  return new Promise((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
    body.pipe(request as unknown as NodeJS.WritableStream)
  })
}

/** Every client, and the fetches and superagent on a bare agent. */
export const CLIENTS: Readonly<Record<string, OpenSession>> = {
  ...sessions,
  'node-fetch': withNodeFetch,
  superagent: withSuperagent,
}

/** A client in one test. */
export interface Client {
  readonly name: string
  /** Alice's session, unless the identity says otherwise; it ends with the test. */
  open(identity: Partial<Identity>, pool?: Pool): Session
}

/** What a run comes to with every client, all at once. */
export async function everyClient<T>(
  run: (client: Client) => Promise<T>,
  clients = CLIENTS,
): Promise<Record<string, T | string>> {
  const outcomes = await Promise.all(
    Object.entries(clients).map(async ([name, openSession]) => {
      const open: Client['open'] = (identity, pool) => {
        const session = openSession({ ...ALICE, ...identity } as Identity, pool)
        onTestFinished(() => void session.close().catch(() => {}))
        return session
      }
      return [name, await settled(run({ name, open }))] as const
    }),
  )
  return Object.fromEntries(outcomes)
}

/** The same of every client. */
export function every<T>(outcome: T, clients: object = CLIENTS): Record<string, T> {
  return Object.fromEntries(Object.keys(clients).map((name) => [name, outcome]))
}

/** What a promise comes to, or how it failed, or that it hangs. */
export async function settled<T>(run: Promise<T>): Promise<T | string> {
  let timer: NodeJS.Timeout | undefined
  const hangs = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, LIMIT, 'hangs')
  })
  const failed = (error: Error) => `failed: ${codeOf(error)}: ${error.message}`
  const outcome = await Promise.race([run.catch(failed), hangs])
  clearTimeout(timer)
  return outcome
}

export function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: string; name?: string; cause?: { code?: string } }
  return cause?.code ?? code ?? name ?? String(error)
}

/** A status, or the code of the error. */
export function outcomeOf(call: Promise<Pick<Reply, 'status'>>): Promise<number | string> {
  return call.then(({ status }) => status, codeOf)
}
