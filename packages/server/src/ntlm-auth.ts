import type { IncomingMessage, ServerResponse } from 'node:http'
import { type NtlmAuthOptions, resolveAuthOptions } from './auth-options.js'
import { Gate } from './gate.js'

/** Middleware as node:http, Express 5 and Fastify's middie take it. */
export type NtlmMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Authenticates the connection of each request and sets `request.ntlm`; a leg of a handshake, and a request that may
 * not pass, is answered here and never reaches `next`.
 *
 * For tests and development: the accounts are a plain list, no domain controller is asked. State is kept for each
 * socket and goes with it. Put it before anything that reads bodies.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for an option that is missing, unknown or of the wrong kind.
 */
export function ntlmAuth(options: NtlmAuthOptions): NtlmMiddleware {
  const gate = new Gate(resolveAuthOptions(options))
  return (request, response, next) => {
    gate.admit(request, response).then((admitted) => {
      if (admitted) next()
    }, next)
  }
}
