import * as http from 'node:http'
import type * as http2 from 'node:http2'
import type { Socket } from 'node:net'
import { NtlmError } from '@ntlmkit/core'
import type { SeenExchange } from '@ntlmkit/inspect'
import type { CallOptions, Session } from '../clients/index.js'

/** The NtlmError that a call of a strict session ends with, among the causes of the client's own. */
export async function failureOf(
  session: Session,
  url: string,
  options: CallOptions = {},
): Promise<NtlmError> {
  try {
    const { status } = await session.call(url, { method: 'GET', ...options })
    throw new Error(`The call was answered with ${status}.`)
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof NtlmError) return cause
    }
    throw error
  } finally {
    await session.close()
  }
}

/** The findings of an error in short. */
export const shortOf = ({ findings }: NtlmError) =>
  findings.map(({ id, likelihood }) => `${likelihood} ${id}`)

/** One request with fields of its own over HTTP/2, as somebody else's client makes it. */
export async function overHttp2(
  session: http2.ClientHttp2Session,
  path: string,
  request: Record<string, string>,
): Promise<SeenExchange> {
  const stream = session.request({ ':path': path, ...request })
  const [status, response] = await new Promise<[number, Record<string, string>]>((resolve, reject) => {
    stream.once('error', reject)
    stream.once('response', ({ ':status': answered, ...fields }) => {
      resolve([Number(answered), fields as Record<string, string>])
    })
  })
  stream.resume()
  return { connection: 1, method: 'GET', url: path, request, status, response, httpVersion: '2' }
}

/** One request with fields of its own by an agent, as somebody else's client makes it; a CONNECT also. */
export async function overHttp(
  origin: string,
  { method, path, headers, agent }: http.RequestOptions & { headers: Record<string, string> },
): Promise<SeenExchange> {
  const { hostname, port } = new URL(origin)
  const request = http.request({ hostname, port, method, path, headers, agent })
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('error', reject)
    request.once('response', resolve)
    request.once('connect', (response: http.IncomingMessage, socket: Socket) => {
      socket.destroy()
      resolve(response)
    })
    request.end()
  })
  answer.resume()
  const { statusCode: status, headers: response, httpVersion } = answer
  return { method: method ?? 'GET', url: path ?? '/', request: headers, status, response, httpVersion }
}
