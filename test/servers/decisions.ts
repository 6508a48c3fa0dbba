import type { IncomingHttpHeaders } from 'node:http'
import type { HandshakeLeg } from '#leg-of'

/** One request as a site saw it. */
export interface SeenRequest {
  /** From 1, in the order they were accepted. */
  connection: number
  method: string
  path: string
  /** What it carried in its Authorization field. */
  carried: HandshakeLeg
  headers: IncomingHttpHeaders
  body: Buffer
  /** Undefined where there was no answer. */
  status?: number
  /** Whether the page asks for authentication. */
  asked: boolean
  /** Whether the application got it: whole, and on a page that asks, authenticated. */
  acted: boolean
  /** Whether its AUTHENTICATE was accepted. */
  accepted: boolean
  /** What no client may ever do. */
  violation?: string
}

/** A connection that ends behind an answer: announced in a `Connection` field, or not. */
export type Close = 'said' | 'silently'

interface Answered {
  fields?: Readonly<Record<string, string>>
  close?: Close
  /** Without any field that frames it, as Kestrel answers a HEAD; or with a body behind it where none may be. */
  framing?: 'none' | 'body behind'
}

/** What a site does with one request. */
export type Decision =
  /** The application's, which gets it once it is authenticated, where the page asks for that. Default: 200. */
  | ({ does: 'serve'; asks: boolean; status?: number } & Answered)
  /** Answered by what stands before the application: authentication is not considered, nothing acts. */
  | ({ does: 'refuse'; status: number } & Answered)
  /** The connection is closed, at once or after milliseconds. */
  | { does: 'drop'; after?: number }
  /** There is never an answer. */
  | { does: 'nothing' }

export type Decide = (request: SeenRequest) => Decision

/** NTLM or Negotiate, then 200. */
export const ASKS: Decision = { does: 'serve', asks: true }
/** 200 for anybody; a token is not looked at. */
export const OPEN: Decision = { does: 'serve', asks: false }
export const DROP: Decision = { does: 'drop' }
export const NOTHING: Decision = { does: 'nothing' }

export function refuse(status: number, close?: Close): Decision {
  return { does: 'refuse', status, close }
}

export function redirect(status: number, location: string, page: Decision, cookie?: string): Decision {
  const fields = { Location: location, ...(cookie === undefined ? {} : { 'Set-Cookie': cookie }) }
  return { ...page, status, fields } as Decision
}

/** One decision for a HEAD, another for whatever else there is. */
export function headThen(head: Decision, rest: Decide): Decide {
  return (request) => (request.method === 'HEAD' ? head : rest(request))
}
