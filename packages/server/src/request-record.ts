import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { FailedCheck, ResponseKind, Scheme } from '@ntlmkit/core'

/**
 * The token of a request: the first message of a handshake, its last one, or no token. `anonymous` is a request
 * without a token to a path that needs none.
 */
export type Leg = 'anonymous' | 'negotiate' | 'authenticate' | 'none'

/**
 * How a client broke a rule of connection authentication: a request slipped in between the messages of a handshake;
 * an AUTHENTICATE came on a connection that was not challenged; an authenticated connection was given to another user;
 * a token that is no message.
 */
export type Violation = 'between-legs' | 'not-challenged' | 'second-user' | 'malformed-token'

/**
 * One request as the server saw it. Filled in as it goes on; never has a token. Its strings are the client's, as they
 * were sent and however long: escape them before they reach a terminal or a log of lines.
 */
export interface RequestRecord {
  /** Counts the connections of this server, from 1. */
  connection: number
  leg: Leg
  method: string
  /** As requested, with its query. */
  path: string
  /** 0 until the answer begins. */
  status: number
  /** Bytes of the body that have arrived, whoever reads them. */
  bodyBytes: number
  /** The scheme of the token. */
  scheme?: Scheme
  /** The user the request ran as, or an AUTHENTICATE that failed claimed to be. */
  user?: string
  domain?: string
  workstation?: string
  /** Of an AUTHENTICATE: true where it announced a MIC. */
  mic?: boolean
  /** Of an AUTHENTICATE: MsvAvChannelBindings in hex. */
  channelBinding?: string
  /** Of an AUTHENTICATE: MsvAvTargetName, the service principal name. */
  targetName?: string
  /** The check an AUTHENTICATE failed; the client is not told. */
  failed?: FailedCheck
  violation?: Violation
  /** The kind of response of an AUTHENTICATE that failed a check: `'ntlm-v1'` is one of NTLMv1. */
  response?: ResponseKind
  /** The faults of a token that was refused, before it was verified or by a check: a sentence each. */
  problems?: readonly string[]
  /** Lower case; of Authorization and Proxy-Authorization only the scheme. */
  headers: IncomingHttpHeaders
}

const SECRET_HEADERS = ['authorization', 'proxy-authorization'] as const

/** Begins the record of a request. */
export function recordOf(request: IncomingMessage, connection: number): RequestRecord {
  const headers = { ...request.headers }
  for (const name of SECRET_HEADERS) {
    const value = headers[name]
    if (value !== undefined) headers[name] = value.split(' ', 1)[0]
  }
  return {
    connection,
    leg: 'none',
    method: request.method ?? '',
    path: pathOf(request),
    status: 0,
    bodyBytes: 0,
    headers,
  }
}

/** The path as it was requested: Express shortens `url` below a mount point. */
export function pathOf(request: IncomingMessage): string {
  const { originalUrl } = request as IncomingMessage & { originalUrl?: unknown }
  return typeof originalUrl === 'string' ? originalUrl : (request.url ?? '')
}

/** Counts the body's bytes as they come in, without reading them: that stays the handler's own business. */
export function countBody(request: IncomingMessage, response: ServerResponse, record: RequestRecord): void {
  const push = request.push
  request.push = function (this: IncomingMessage, chunk: Buffer | null, ...rest) {
    if (chunk !== null) record.bodyBytes += chunk.length
    return push.call(this, chunk, ...rest)
  } as typeof push
  // Before Node throws away what nobody has read by then: it does that where no push is seen.
  response.prependOnceListener('finish', () => {
    if (request.complete) return
    request.read(0)
    request.resume()
  })
}

/** Notes the status before its first byte leaves: a client that has the answer finds it in the record. */
export function noteStatus(response: ServerResponse, record: RequestRecord): void {
  const writeHead = response.writeHead
  response.writeHead = function (this: ServerResponse, status: number, ...rest: never[]) {
    record.status = status
    return writeHead.call(this, status, ...rest)
  } as typeof writeHead
}
