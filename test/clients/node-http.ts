import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { ntlmAgents } from '@ntlmkit/agent'
import { IDLE, type OpenSession, reply } from './session.js'

/** What `http.request` is destroyed with here when it emits 'timeout'. */
export class RequestTimeout extends Error {
  readonly code = 'TEST_TIMEOUT'
}

/** A bare agent, with nothing between it and node:http. */
export const nodeHttp: OpenSession = ({ ca, ...identity }, { connections, idle = IDLE } = {}) => {
  const agents = ntlmAgents(identity, { freeSocketTimeout: idle, maxSockets: connections, ca })
  return {
    async call(url, { body, follow: _, ...options } = {}) {
      const isTls = url.startsWith('https:')
      const agent = isTls ? agents.https : agents.http
      const request = (isTls ? httpsRequest : httpRequest)(url, { agent, ...options })
      request.on('timeout', () => request.destroy(new RequestTimeout('The request timed out.')))
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve)
        request.on('error', reject)
      })
      // Its failure is that of the request, or of the body, which the request is destroyed with.
      if (body instanceof Readable) pipeline(body, request).catch((error) => request.destroy(error))
      else request.end(body)
      const response = await answered
      return reply(response.statusCode!, response.headers, await text(response))
    },
    close: async () => agents.destroy(),
  }
}
