// The HTTP server behind squid's reverse proxy: it asks for nothing and believes what squid says of the user.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** Longer than squid's own patience, so that squid never uses a connection that is about to close. */
const keepAliveMs = 300_000

/**
 * Starts the server on a free loopback port. The answer is JSON: { user, method, bodyBytes, bodySha256,
 * connectionPort }, the last being the port of squid's client.
 *
 * @param {{ port?: number }} [options] a free one by default
 */
export async function startSquidUpstream({ port = 0 } = {}) {
  const server = createServer((request, response) => {
    // Squid drops a request in the middle when its client does.
    answer(request, response).catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = keepAliveMs
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(request, response) {
  const hash = createHash('sha256')
  let bodyBytes = 0
  for await (const piece of request) {
    hash.update(piece)
    bodyBytes += piece.length
  }
  const { method, headers } = request
  const user = headers['x-authenticated-user']
  const echo = {
    user: user === undefined ? null : decodeURIComponent(user),
    method,
    bodyBytes,
    bodySha256: hash.digest('hex'),
    connectionPort: Number(headers['x-client-port']),
  }
  const text = Buffer.from(JSON.stringify(echo))
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length })
  response.end(text)
}
