import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

/** Connections on which a request of node:http was answered; the answer to a CONNECT is none there. */
const answered = new WeakSet<Socket>()

let isWatching = false

const onAnswer = (message: unknown): void => {
  const { socket } = (message as { request: ClientRequest }).request
  if (socket !== null) answered.add(socket)
}

/** Notes from now on which connections of this process have served a request: another agent may give one of them. */
export function watchConnections(): void {
  if (isWatching) return
  isWatching = true
  subscribe('http.client.response.finish', onAnswer)
}

/** Tells whether a connection has served a request. */
export function hasServed(socket: Socket): boolean {
  return answered.has(socket)
}
