import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ObservedRequest } from './observed-request.js'

/** What is at the paths of every origin. */
export const PATHS = {
  plain: '/',
  forbidden: '/forbidden',
  redirect: '/redirect',
  target: '/target',
} as const

/** What an answer depends on beside the request. */
export interface Surroundings {
  /** What the server asks for. */
  challenge: Record<string, string>
  originOf(number: number): string
  /** Called in the middle of the answer: whether the connection ends there. */
  isCut(): boolean
}

/** Reads a request's body to its end. */
export async function receive(request: IncomingMessage, onFirst: () => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (chunks.push(chunk) === 1) onFirst()
  }
  return Buffer.concat(chunks)
}

/** Answers a request that is admitted and there to its last byte. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  asked: ObservedRequest,
  { challenge, originOf, isCut }: Surroundings,
): void {
  if (request.url === PATHS.forbidden) {
    response.writeHead(401, { ...challenge, 'Content-Length': 0 }).end()
    return
  }
  if (request.url!.startsWith(PATHS.redirect)) {
    const location = originOf(Number(request.url!.slice(PATHS.redirect.length))) + PATHS.target
    response.writeHead(request.method === 'GET' ? 302 : 307, { location, 'Content-Length': 0 }).end()
    return
  }
  const text = JSON.stringify({ answers: asked.id, user: request.ntlm?.username ?? null })
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length })
  const half = text.length / 2
  if (asked.plan.cut?.at !== 'answer') {
    response.end(text)
    return
  }
  response.write(text.slice(0, half), () => {
    if (!isCut()) response.end(text.slice(half))
  })
}
