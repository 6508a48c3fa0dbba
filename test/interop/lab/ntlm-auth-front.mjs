// An HTTP server whose verdict is Samba's: one ntlm_auth child for the handshake of each connection.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import { NtlmAuthChild } from './ntlm-auth-child.mjs'

/** Longer than any test, so that only a test closes a connection. */
const keepAliveMs = 300_000

/**
 * @typedef {object} Entry
 * @property {number} connection counted from 1
 * @property {'open' | 'anonymous' | 'negotiate' | 'authenticate' | 'authenticated'} leg
 * @property {string} method
 * @property {string} path
 * @property {'NTLM' | 'Negotiate' | null} scheme of the request's credentials
 * @property {number} status
 * @property {number} bodyBytes
 * @property {string | null} user
 * @property {string} [reason] of a refusal, in Samba's words
 */

/**
 * Starts the server on a free loopback port. Everything wants authentication but what lies below /open. The
 * answer is JSON: { user, method, bodyBytes, bodySha256, connectionPort }. A token on an authenticated
 * connection starts over, as in IIS; a request without one drops a handshake that is under way.
 *
 * @param {object} options
 * @param {ConstructorParameters<typeof NtlmAuthChild>[0]} options.samba
 * @param {('NTLM' | 'Negotiate')[]} [options.schemes] offered, in this order; both by default
 * @param {import('./certificates.mjs').Certificate} [options.tls] plain http without it
 * @param {number} [options.port] a free one by default
 */
export async function startNtlmAuthFront({ samba, schemes = ['Negotiate', 'NTLM'], tls, port = 0 }) {
  /** @type {Entry[]} */
  const log = []
  /** @type {Map<import('node:net').Socket, Connection>} */
  const connections = new Map()
  let count = 0

  const connectionOf = (socket) => {
    const known = connections.get(socket)
    if (known !== undefined) return known
    count += 1
    const connection = new Connection(count, samba)
    connections.set(socket, connection)
    socket.once('close', () => {
      connections.delete(socket)
      connection.forget()
    })
    return connection
  }

  const answer = async (request, response) => {
    const connection = connectionOf(request.socket)
    const body = await readBody(request)
    const { leg, verdict } = await connection.judge(request, schemes)
    const accepted = leg === 'open' || verdict.outcome === 'accepted'
    const status = accepted ? 200 : 401
    const { method } = request
    const user = accepted ? (verdict?.user ?? null) : null
    const scheme = verdict?.scheme ?? null
    const entry = { connection: connection.id, leg, method, path: request.url, scheme, status }
    log.push({ ...entry, bodyBytes: body.bodyBytes, user, reason: verdict?.reason })
    const offers = offersOf(verdict, accepted, schemes)
    if (offers.length > 0) response.setHeader('WWW-Authenticate', offers)
    const echo = { user, method, ...body, connectionPort: request.socket.remotePort }
    sendJson(response, status, accepted ? echo : { error: 'authentication required' })
  }

  const listener = (request, response) => {
    // A client may vanish in the middle of its body.
    answer(request, response).catch(() => request.socket.destroy())
  }
  const server =
    tls === undefined ? http.createServer(listener) : https.createServer(tlsOptions(tls), listener)
  server.keepAliveTimeout = keepAliveMs
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${server.address().port}`,
    log,
    async stop() {
      const closed = once(server, 'close')
      const children = [...connections.values()]
      server.close()
      server.closeAllConnections()
      await Promise.all([closed, ...children.map((connection) => connection.forget())])
    },
  }
}

class Connection {
  #samba
  #child
  #scheme
  #user

  /**
   * @param {number} id
   * @param {ConstructorParameters<typeof NtlmAuthChild>[0]} samba
   */
  constructor(id, samba) {
    this.id = id
    this.#samba = samba
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {string[]} schemes
   */
  async judge(request, schemes) {
    if (/^\/open\b/.test(request.url)) return { leg: 'open', verdict: undefined }
    const credentials = parseCredentials(request.headers.authorization, schemes)
    if (credentials === undefined) return this.#judgeBare()
    const { scheme, token } = credentials
    if (this.#user !== undefined || scheme !== this.#scheme) await this.forget()
    const leg = this.#child === undefined ? 'negotiate' : 'authenticate'
    this.#child ??= new NtlmAuthChild(this.#samba, scheme)
    this.#scheme = scheme
    const verdict = await this.#child.judge(token)
    if (verdict.outcome !== 'challenge') await this.forget()
    if (verdict.outcome === 'accepted') this.#user = verdict.user
    return { leg, verdict: { ...verdict, scheme } }
  }

  async #judgeBare() {
    if (this.#user !== undefined) {
      return { leg: 'authenticated', verdict: { outcome: 'accepted', user: this.#user } }
    }
    await this.forget()
    return { leg: 'anonymous', verdict: { outcome: 'refused' } }
  }

  async forget() {
    const child = this.#child
    this.#child = undefined
    this.#scheme = undefined
    this.#user = undefined
    await child?.stop()
  }
}

/**
 * @param {string | undefined} header
 * @param {string[]} schemes
 */
function parseCredentials(header, schemes) {
  const [word, token] = header?.trim().split(/ +/) ?? []
  const scheme = schemes.find((offered) => offered.toLowerCase() === word?.toLowerCase())
  return scheme === undefined || token === undefined ? undefined : { scheme, token }
}

/** What WWW-Authenticate says: the server's token, or bare offers on a refusal, or nothing. */
function offersOf(verdict, accepted, schemes) {
  if (verdict?.token !== undefined) return [`${verdict.scheme} ${verdict.token}`]
  return accepted ? [] : schemes
}

/** @param {import('node:http').IncomingMessage} request */
async function readBody(request) {
  const hash = createHash('sha256')
  let bodyBytes = 0
  for await (const piece of request) {
    hash.update(piece)
    bodyBytes += piece.length
  }
  return { bodyBytes, bodySha256: hash.digest('hex') }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {object} value
 */
function sendJson(response, status, value) {
  const text = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': text.length })
  response.end(text)
}

/** @param {import('./certificates.mjs').Certificate} certificate */
function tlsOptions({ key, cert }) {
  return { key: readFileSync(key), cert: readFileSync(cert) }
}
