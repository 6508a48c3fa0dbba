import { createWriteStream } from 'node:fs'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { shown } from '@ntlmkit/core'
import type { Account } from '../account/account.js'
import { CommandError } from '../command-error.js'
import { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'
import type { RequestBody } from './body.js'
import { judge } from './judge.js'
import { watch } from './legs.js'
import { progressOf } from './progress.js'

/** One request, and what is to become of its answer. */
export interface RequestPlan {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string[]>>
  readonly body: RequestBody | undefined
  readonly account: Account
  readonly trust: object
  /** Seconds. */
  readonly timeout: number
  readonly output?: string | undefined
  readonly include?: boolean | undefined
  readonly verbose?: boolean | undefined
}

/** Sends it on a connection that is authenticated for it, and writes out the answer. */
export async function sendRequest(plan: RequestPlan, screen: Screen): Promise<ExitCode> {
  const { ntlmAgents } = await import('@ntlmkit/agent')
  const { url, method, account, trust, timeout, verbose } = plan
  const say = verbose ? (line: string) => screen.say(screen.errorColours.dim(line)) : () => {}
  const handshakeTimeout = timeout * 1000
  const agents = ntlmAgents(
    { ...account, origins: url.origin, handshakeTimeout },
    { ...trust, maxSockets: 1 },
  )
  const watched = watch(say)
  try {
    const response = await exchange(plan, url.protocol === 'https:' ? agents.https : agents.http, say)
    const head = headOf(response)
    for (const line of head) say(`< ${line}`)
    if (plan.include) screen.print(`${head.join('\n')}\n`)
    await deliver(response, plan, screen)
    return judge(response, { url, method }, watched, screen)
  } finally {
    watched.stop()
    agents.destroy()
  }
}

function exchange(
  { url, method, headers, body, timeout }: RequestPlan,
  agent: import('node:http').Agent,
  say: (line: string) => void,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(url, { method, agent, headers: { ...framing(body, headers), ...headers } })
    // Without its query, which may have a token.
    say(`> ${method} ${shown(url.pathname)} HTTP/1.1`)
    for (const name of request.getRawHeaderNames()) {
      say(`> ${name}: ${shown(String(request.getHeader(name)))}`)
    }
    let answered = false
    request.once('error', reject)
    request.once('response', (response) => {
      answered = true
      resolve(response)
    })
    request.setTimeout(timeout * 1000, () => {
      request.destroy(
        new CommandError(
          `No answer came within ${timeout} seconds.`,
          'Give it longer with --timeout, or look whether the server is up.',
          ExitCode.NO_CONNECTION,
        ),
      )
    })
    // A server may answer before it has read all: that ends the request, and is no failure to send.
    sendBody(body, request).catch((error: unknown) => answered || reject(error))
  })
}

function framing(body: RequestBody | undefined, given: RequestPlan['headers']): Record<string, string> {
  if (body === undefined) return {}
  const hasType = Object.keys(given).some((name) => name.toLowerCase() === 'content-type')
  const type: Record<string, string> = hasType ? {} : { 'Content-Type': body.type }
  return body.length === undefined ? type : { ...type, 'Content-Length': String(body.length) }
}

async function sendBody(body: RequestBody | undefined, request: ClientRequest): Promise<void> {
  if (body === undefined) request.end()
  else await pipeline(body.stream, request)
}

/** The head of an answer in lines; whatever was sent, each is one line. */
function headOf({ httpVersion, statusCode, statusMessage, rawHeaders }: IncomingMessage): string[] {
  const lines = [`HTTP/${httpVersion} ${statusCode} ${shown(statusMessage ?? '')}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    lines.push(`${shown(rawHeaders[at])}: ${shown(rawHeaders[at + 1], 2000)}`)
  }
  return lines
}

async function deliver(response: IncomingMessage, { output }: RequestPlan, screen: Screen): Promise<void> {
  if (output === undefined || output === '-') {
    await pipeline(response, screen.terminal.stdout, { end: false })
    return
  }
  const length = Number(response.headers['content-length'])
  const progress = await progressOf(Number.isFinite(length) ? length : undefined, screen)
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      progress.add(chunk.length)
      done(undefined, chunk)
    },
  })
  try {
    await pipeline(response, counted, createWriteStream(output))
  } finally {
    progress.stop()
  }
}
