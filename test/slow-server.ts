import type { NtlmServer } from '@ntlmkit/server'
import { expect } from 'vitest'
import { startServer } from './wire.js'

/** A server that says who asks. */
export interface SlowServer {
  server: NtlmServer
  /** Answers what waits for an answer: the requests of `/slow`. */
  finish: () => void
  /** Resolves when one of them has arrived. */
  slowSeen: () => Promise<void>
}

export async function startSlowServer(): Promise<SlowServer> {
  const waiting: (() => void)[] = []
  const server = await startServer({
    handler: (request, response) => {
      const answer = () => response.end(request.ntlm?.username)
      if (request.url === '/slow') waiting.push(answer)
      else answer()
    },
  })
  return {
    server,
    finish: () => {
      for (const answer of waiting.splice(0)) answer()
    },
    slowSeen: async () => {
      await expect.poll(() => waiting.length).toBeGreaterThan(0)
    },
  }
}
