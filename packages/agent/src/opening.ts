import type { ClientRequest, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { hangUp, nodeInternals } from '@ntlmkit/transport'
import { PinnedSocket } from './pinned-socket.js'
import { whenTunnelRefused } from './refused-tunnel.js'
import { refusedVia } from './via.js'

const { askForSocket, standInRequest, takeFromAgent } = nodeInternals

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
      askForSocket(agent, standIn, this.#connectionOptions(options), (error, socket) => {
        // An agent may answer twice: with an error on the request, and to the call.
        if (this.#standIn === standIn) this.#received(standIn, error, socket, check)
        else socket?.destroy()
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

  #received(standIn: ClientRequest, error: unknown, socket: Socket | undefined, check: () => void): void {
    this.#standIn = undefined
    if (error || !socket) {
      socket?.destroy()
      this.#end(error ?? hangUp())
      return
    }
    takeFromAgent(socket)
    if (this.#done === undefined) {
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    try {
      checkSocket(socket)
      // It listens for errors from now on.
      PinnedSocket.of(socket)
      if (standIn.reusedSocket) {
        this.#turnAway(socket)
        return
      }
      check()
    } catch (refusal) {
      socket.destroy?.()
      this.#end(refusal)
      return
    }
    this.#accept(standIn, socket)
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

/** @throws {NtlmError} ERR_NTLM_CONFIG for a stream that Node cannot use as it uses a socket. */
function checkSocket(socket: Socket): void {
  const lacking = NEEDED.filter((name) => typeof socket[name] !== 'function')
  if (lacking.length === 0) return
  throw refusedVia(
    `what it opened is no socket, it has no ${lacking.join(', ')}.`,
    'Give one that opens a net.Socket or a tls.TLSSocket.',
  )
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
