import type { IncomingMessage, ServerResponse } from 'node:http'

/** A page that counts the visits of a browser in a cookie. */
export function countingVisits(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const visits = Number(/visits=(\d+)/.exec(request.headers.cookie ?? '')?.[1] ?? 0) + 1
  response.setHeader('set-cookie', `visits=${visits}; Path=/`).end(`${request.ntlm?.username} ${visits}`)
}
