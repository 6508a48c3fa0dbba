// Apache's own account of what came over the wire.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const waitMs = 3_000

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} path with its query
 * @property {number} status
 * @property {string | null} user
 * @property {number} remotePort the client's port, so the same for all requests of one connection
 * @property {number} bytesIn request line, headers and body, as received
 * @property {number} keepalive how many requests came before on this connection
 * @property {'+' | '-' | 'X'} connectionStatus may go on, is closed by the server, was aborted
 * @property {string} protocol
 */

/**
 * Reads the log. Apache writes a line after it has sent the response, so a caller says how many it waits for.
 *
 * @param {string} file
 * @param {{ after?: number, atLeast?: number }} [options] lines to leave out; lines to wait for after those
 * @returns {Promise<Request[]>}
 */
export async function readAccessLog(file, { after = 0, atLeast = 0 } = {}) {
  const deadline = Date.now() + waitMs
  for (;;) {
    const requests = readFileSync(file, 'utf8').split('\n').slice(0, -1).slice(after).map(parseLine)
    if (requests.length >= atLeast) return requests
    if (Date.now() > deadline) {
      throw new Error(`lab: ${requests.length} requests in the access log, expected ${atLeast}`)
    }
    await sleep(10)
  }
}

/**
 * @param {string} line
 * @returns {Request}
 */
function parseLine(line) {
  const fields = line.split('\t').map(decodeField)
  const [method, path, status, user, remotePort, bytesIn, keepalive, connectionStatus, protocol] = fields
  return {
    method,
    path,
    status: Number(status),
    user: user === '-' ? null : user,
    remotePort: Number(remotePort),
    bytesIn: Number(bytesIn),
    keepalive: Number(keepalive),
    connectionStatus,
    protocol,
  }
}

/**
 * Apache writes bytes outside of ASCII as \xHH, and backslash and quote with a backslash before them.
 *
 * @param {string} field
 */
function decodeField(field) {
  const bytes = field.replace(/\\x([0-9a-f]{2})|\\(.)/g, (_, hex, plain) => {
    return plain ?? String.fromCharCode(Number.parseInt(hex, 16))
  })
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
