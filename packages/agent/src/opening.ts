import type { ClientRequest, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { inspect } from 'node:util'
import { nodeInternals } from '@ntlmkit/transport'
import { givenBefore, isOwned, leaveToOwner, own } from './owned-connection.js'
import { PinnedSocket } from './pinned-socket.js'
import { whenTunnelRefused } from './refused-tunnel.js'
import { hasServed } from './used-connections.js'
import { refusedVia } from './via.js'

const { askForSocket, isInUse, standInRequest, takeFromAgent } = nodeInternals

/** Free sockets of an agent's own pool that are turned away: each may have been somebody's. */
const MAX_USED = 100

/** What Node and agentkeepalive do to a socket of theirs. A stream may lack it. */
const NEEDED = ['setTimeout', 'setNoDelay', 'setKeepAlive', 'ref', 'unref', 'destroy'] as const

/** Options of a request that are nobody's affair on the way to its server, or are about another pool than the agent's. */
const KEPT_BACK = [
  '_agentKey',
  'agent',
  'auth',
  'createConnection',
  'encoding',
  'headers',
  'hostname',
  'via',
] as const

/** A connection that an agent of somebody else is to open. */
export interface Opened {
  readonly agent: object
  readonly protocol: string
  /** The client's request: its method, path and Host are shown to the agent, and nothing else of it. */
  readonly request: ClientRequest
  /** The options of the connection. */
  readonly options: RequestOptions
}

type Done = (error: Error | undefined, socket?: Socket) => void

/**
 * Opens one connection through an agent of somebody else, for us alone: fresh, out of that agent's pool, and leading
 * where the request goes.
 *
 * @param done called once, unless it was given up.
 * @returns gives it up: a socket that still comes is closed.
 */
export function openThrough(opened: Opened, done: Done): () => void {
  const opening = new Opening(opened, done)
  opening.ask()
  return () => opening.giveUp()
}

class Opening {
  readonly #opened: Opened
  #done: Done | undefined
  #standIn: ClientRequest | undefined
  #used = 0

  constructor(opened: Opened, done: Done) {
    this.#opened = opened
    this.#done = done
  }

  giveUp(): void {
    this.#done = undefined
    this.#standIn?.destroy()
  }

  ask(): void {
    const { agent, protocol, request, options } = this.#opened
    const { host = 'localhost', port = protocol === 'https:' ? 443 : 80 } = options
    const { method, path } = request
    const authority = String(request.getHeader('host') ?? host)
    const destination = { protocol, host: host ?? 'localhost', port: port ?? 80, method, path, authority }
    let asked = false
    try {
      const standIn = standInRequest(agent, destination)
      this.#standIn = standIn
      // Agents that know no way to say it report an error on the request.
      standIn.on('error', (error) => this.#end(error))
      const check = () => this.#checkUnchanged(standIn, path, authority)
      check()
      asked = true
      let first: unknown
      askForSocket(agent, standIn, this.#connectionOptions(options), (error, given) => {
        // An agent may answer twice: with an error on the request, and to the call.
        if (this.#standIn !== standIn) {
          if (given !== first) discard(given)
          return
        }
        first = given
        this.#received(standIn, error, given, check)
      })
    } catch (error) {
      if (asked) this.#standIn = undefined
      this.#end(error)
    }
  }

  #connectionOptions(options: RequestOptions): RequestOptions {
    const { protocol } = this.#opened
    const copy = Object.fromEntries(Object.entries(options))
    for (const name of KEPT_BACK) delete copy[name]
    // By its own property an absent session stays absent: a resumed one has no certificate to bind to.
    return { ...copy, protocol, secureEndpoint: protocol === 'https:', session: undefined } as RequestOptions
  }

  #received(standIn: ClientRequest, error: unknown, given: unknown, check: () => void): void {
    this.#standIn = undefined
    if (error || this.#done === undefined) {
      discard(given)
      this.#end(error)
      return
    }
    try {
      checkFree(given)
    } catch (refusal) {
      this.#end(refusal)
      return
    }
    const isUsed = standIn.reusedSocket || this.#wasUsed(given)
    takeFromAgent(given)
    // It listens for errors from now on.
    PinnedSocket.of(given)
    if (isUsed) {
      this.#turnAway(given)
      return
    }
    try {
      if (given.destroyed) throw given.errored ?? closedAlready()
      check()
    } catch (refusal) {
      given.destroy()
      this.#end(refusal)
      return
    }
    this.#accept(standIn, given)
  }

  #wasUsed(socket: Socket): boolean {
    if (hasServed(socket)) return true
    // What is written on TLS that leads to the server is a request; to a proxy, it may be the CONNECT.
    return this.#opened.protocol === 'https:' && socket instanceof TLSSocket && socket.bytesWritten > 0
  }

  /** A connection of the agent's own pool may have been authenticated by somebody: it asks for another. */
  #turnAway(socket: Socket): void {
    socket.destroy()
    this.#used++
    if (this.#used <= MAX_USED) this.ask()
    else
      this.#end(
        refusedVia(
          'it gives connections that were used before, and no new one.',
          'Give one that opens a connection when it is asked for one.',
        ),
      )
  }

  #accept(standIn: ClientRequest, socket: Socket): void {
    const { protocol, options } = this.#opened
    const isSecure = protocol === 'https:'
    if (!socket.writable && !(socket instanceof TLSSocket)) {
      whenTunnelRefused(standIn, socket, `${protocol}//${options.host}:${options.port}`, (error) =>
        this.#end(error),
      )
      return
    }
    if (isSecure && !(socket instanceof TLSSocket)) {
      socket.destroy()
      this.#end(
        refusedVia(
          'for an https URL it opened one without TLS.',
          'Give the agent for https URLs, which makes the TLS connection to the server itself.',
        ),
      )
      return
    }
    own(socket)
    // Agents for proxies wait for this to let the data flow.
    standIn.emit('socket', socket)
    this.#end(undefined, socket)
  }

  /** An agent that writes something else into the request wants it sent to somebody else than its server. */
  #checkUnchanged(standIn: ClientRequest, path: string, authority: string): void {
    const fields = standIn.getRawHeaderNames().filter((name) => name.toLowerCase() !== 'host')
    const changed = [
      ...(standIn.path === path ? [] : ['its path']),
      ...(standIn.getHeader('host') === authority ? [] : ['Host']),
      ...fields,
    ]
    if (changed.length === 0) return
    throw refusedVia(
      `it changes the request (${changed.join(', ')}) to send it to a proxy, and a connection to a proxy is not the server's.`,
      'Give one that opens a tunnel with CONNECT for http URLs too, such as https-proxy-agent or hpagent.',
    )
  }

  #end(reason: unknown, socket?: Socket): void {
    const done = this.#done
    this.#done = undefined
    this.#standIn = undefined
    if (done === undefined) return
    done(reason === undefined ? undefined : asError(reason), socket)
  }
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for what is no socket, or somebody's. */
function checkFree(given: unknown): asserts given is Socket {
  if (isOwned(given)) {
    leaveToOwner(given)
    throw givenBefore()
  }
  const lacking = isStream(given) ? NEEDED.filter((name) => typeof given[name] !== 'function') : ['on']
  if (lacking.length > 0) {
    discard(given)
    throw refusedVia(
      isStream(given)
        ? `what it opened is no socket, it has no ${lacking.join(', ')}.`
        : `it gave ${nameOf(given)} in place of a socket.`,
      'Give one that opens a net.Socket or a tls.TLSSocket: createConnection returns it, or calls back with it.',
    )
  }
  if (isInUse(given as Socket)) throw givenBefore()
}

function closedAlready(): Error {
  return refusedVia(
    'the connection that it gave is closed.',
    'Give one that opens a connection each time it is asked for one.',
  )
}

function isStream(given: unknown): given is Socket {
  return typeof given === 'object' && given !== null && typeof (given as { on?: unknown }).on === 'function'
}

function nameOf(given: unknown): string {
  if (given === undefined || given === null) return 'nothing'
  return given instanceof Promise ? 'a Promise' : inspect(given, { depth: -1 }).slice(0, 40)
}

/** Closes what nobody waits for any more, unless it is somebody's. */
function discard(given: unknown): void {
  if (given instanceof Promise) given.then(discard, () => {})
  if (isOwned(given)) leaveToOwner(given)
  else if (isStream(given) && !isInUse(given)) {
    takeFromAgent(given)
    given.on('error', () => {})
    given.destroy?.()
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
