// Squid's own account of what came over the wire.
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const waitMs = 3_000

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} url whole, also behind the reverse proxy; host:port of a CONNECT
 * @property {number} status of squid's answer
 * @property {string | null} user
 * @property {number} remotePort the client's port, so the same for all requests of one connection
 * @property {number} bodyBytes received, without what chunking adds
 * @property {string} outcome squid's word for what it did, such as TCP_DENIED
 */

/**
 * Reads the log. Squid writes a line after it has sent the response, so a caller says how many it waits for.
 *
 * @param {string} file
 * @param {{ after?: number, atLeast?: number }} [options] requests to leave out; requests to wait for after those
 * @returns {Promise<Request[]>}
 */
export async function readAccessLog(file, { after = 0, atLeast = 0 } = {}) {
  const deadline = Date.now() + waitMs
  for (;;) {
    const requests = allRequests(file).slice(after)
    if (requests.length >= atLeast) return requests
    if (Date.now() > deadline) {
      throw new Error(`lab: ${requests.length} requests in the access log, expected ${atLeast}`)
    }
    await sleep(10)
  }
}

/** @param {string} file */
function allRequests(file) {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map(parseLine).filter((request) => request !== undefined)
}

/**
 * @param {string} line
 * @returns {Request | undefined} undefined for a connection that ended without a request
 */
function parseLine(line) {
  const [method, url, status, user, remotePort, bytes, headerBytes, outcome] = line.split(' ')
  if (url.startsWith('error:')) return undefined
  return {
    method,
    url,
    status: Number(status),
    user: user === '-' ? null : decodeURIComponent(user),
    remotePort: Number(remotePort),
    bodyBytes: Number(bytes) - Number(headerBytes),
    outcome,
  }
}
