import type { IncomingMessage } from 'node:http'
import type { LegCookies } from '@ntlmkit/transport'

/** Puts the cookies of the legs in front of an answer's own: the client's jar keeps them as it keeps those. */
export function deliverCookies(cookies: LegCookies, answer: IncomingMessage): void {
  if (cookies.isEmpty) return
  const own = answer.headers['set-cookie'] ?? []
  const lines = cookies.deliveredWith(own)
  if (lines.length === 0) return
  answer.headers['set-cookie'] = [...lines, ...own]
  // `headersDistinct` is made of these.
  answer.rawHeaders.unshift(...lines.flatMap((line) => ['Set-Cookie', line]))
}
