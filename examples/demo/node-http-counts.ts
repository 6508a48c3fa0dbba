import { subscribe } from 'node:diagnostics_channel'
import { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { WireCounts } from './wire-counts.js'

type Chunk = string | Uint8Array

/**
 * Adds to the counts what node:http writes, and with it axios and got: requests and connections as its diagnostics
 * channels tell them. They tell nothing of bodies, so those are counted where clients hand them over.
 */
export function countNodeHttp(counts: WireCounts): void {
  const seen = new WeakSet<Socket>()
  subscribe('http.client.request.start', () => void counts.requests++)
  subscribe('http.client.response.finish', (message) => {
    const { socket } = (message as { request: ClientRequest }).request
    if (socket === null || seen.has(socket)) return
    seen.add(socket)
    counts.connections++
  })
  countChunks('write', counts)
  countChunks('end', counts)
}

function countChunks(method: 'write' | 'end', counts: WireCounts): void {
  const original = ClientRequest.prototype[method] as (...args: unknown[]) => unknown
  Object.defineProperty(ClientRequest.prototype, method, {
    configurable: true,
    writable: true,
    value(this: ClientRequest, ...args: unknown[]): unknown {
      if (isChunk(args[0])) counts.bodyBytes += Buffer.byteLength(args[0])
      return original.apply(this, args)
    },
  })
}

function isChunk(value: unknown): value is Chunk {
  return typeof value === 'string' || value instanceof Uint8Array
}
