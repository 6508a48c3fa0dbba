// Free ports for private servers.
import { createServer } from 'node:net'

/** The kernel may name a released port twice; two servers about to start must not get the same one. */
const given = new Set()

/**
 * A port nobody listens on at the moment.
 *
 * @param {string} [host] loopback address, 127.0.0.1 by default
 * @returns {Promise<number>}
 */
export async function freePort(host = '127.0.0.1') {
  const port = await unusedPort(host)
  if (given.has(port)) return freePort(host)
  given.add(port)
  return port
}

/** @param {string} host */
function unusedPort(host) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port: 0, host, exclusive: true }, () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
