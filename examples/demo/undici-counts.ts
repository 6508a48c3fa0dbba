import { subscribe } from 'node:diagnostics_channel'
import type { WireCounts } from './wire-counts.js'

/** Adds to the counts what undici writes, as its diagnostics channels tell it. */
export function countUndici(counts: WireCounts): void {
  subscribe('undici:client:connected', () => void counts.connections++)
  subscribe('undici:client:sendHeaders', () => void counts.requests++)
  subscribe('undici:request:bodyChunkSent', (message) => {
    counts.bodyBytes += Buffer.byteLength((message as { chunk: string | Uint8Array }).chunk)
  })
}
