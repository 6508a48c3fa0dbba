import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { NtlmServerOptions } from '@ntlmkit/server'
import { channels, type NtlmAgentOptions, type NtlmError } from '@ntlmkit/undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentFor, call } from './undici-agents.js'
import { legs, startServer } from './wire.js'

type RequestOptions = Partial<Parameters<typeof call>[1]>

/** The error of one request, whether it was thrown or is the reason of a 401; told on the channel once. */
async function errorOf(
  server: { origin: string; ca?: string },
  options: Partial<NtlmAgentOptions> = {},
  request: RequestOptions = {},
): Promise<NtlmError> {
  const errors: NtlmError[] = []
  onTestFinished(channels.refused.subscribe(({ error }) => void errors.push(error)))
  const dispatcher = agentFor(server, options)
  const thrown = await call(`${server.origin}/`, { ...request, dispatcher }).catch((error: unknown) => error)
  expect(errors).toHaveLength(1)
  if (thrown instanceof Error) expect(thrown).toBe(errors[0])
  return errors[0]
}

async function answering(listener: RequestListener): Promise<{ origin: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const asking = (...offers: string[]): Promise<{ origin: string }> =>
  answering((request, response) => {
    request.resume()
    response.writeHead(401, { 'www-authenticate': offers }).end()
  })

describe('an error of a request has the likeliest cause first, and its next step for a hint', () => {
  it.each<[id: string, code: string, stage: () => Promise<NtlmError>]>([
    [
      'wrong-credentials',
      'ERR_NTLM_REJECTED',
      async () => errorOf(await startServer(), { password: 'wrong-horse' }),
    ],
    ['not-offered', 'ERR_NTLM_NOT_OFFERED', async () => errorOf(await asking('Basic realm="x"'))],
    [
      'timeout',
      'ERR_NTLM_TIMEOUT',
      async () =>
        errorOf(await asking('NTLM'), { password: () => new Promise(() => {}), handshakeTimeout: 50 }),
    ],
    [
      'body-goes-once',
      'ERR_NTLM_BODY_NOT_REPLAYABLE',
      async () => {
        // It lets a HEAD pass and asks for the upload.
        const server = await answering((request, response) => {
          const asks = request.method === 'POST'
          request.resume()
          response.writeHead(asks ? 401 : 200, asks ? { 'www-authenticate': 'NTLM' } : {}).end()
        })
        return errorOf(server, { strict: true }, { method: 'POST', body: Readable.from(['once']) })
      },
    ],
    [
      'closed-between-legs',
      'ERR_NTLM_CONNECTION_CLOSED',
      async () => {
        const server = await startServer()
        const behind = await answering(async (request, response) => {
          if (request.headers.authorization?.startsWith('NTLM TlRMTVNTUAAD')) {
            request.socket.destroy()
            return
          }
          const answer = await fetch(server.url, { headers: request.headers as Record<string, string> })
          response
            .writeHead(answer.status, { 'www-authenticate': answer.headers.get('www-authenticate')! })
            .end()
        })
        return errorOf(behind)
      },
    ],
  ])('%s', async (id, code, stage) => {
    const error = await stage()
    expect(error).toMatchObject({ code, findings: expect.arrayContaining([expect.objectContaining({ id })]) })
    expect(error.findings[0].id).toBe(id)
    expect(error.hint).toBe(error.findings[0].nextStep)
    expect(JSON.stringify(error)).not.toContain('wrong-horse')
  })
})

describe('a 401 to a request without a token, on a connection that is logged on', () => {
  /** As an application behind IIS does: the log-on is good, and what is written is not allowed. */
  const refusesPosts: NtlmServerOptions['handler'] = (request, response) => {
    request.resume()
    if (request.method === 'GET') response.end()
    else response.writeHead(401, { 'www-authenticate': 'NTLM' }).end()
  }

  it('has missing rights for its likeliest cause', async () => {
    const server = await startServer({ head: 405, handler: refusesPosts })
    const body = Readable.from(['abc'])
    const error = await errorOf(server, { strict: true }, { method: 'POST', body })
    expect(legs(server)).toEqual([
      'HEAD negotiate 405',
      'GET negotiate 401',
      'GET authenticate 200',
      'POST none 401',
    ])
    expect(error).toMatchObject({
      code: 'ERR_NTLM_REJECTED',
      message: `${server.origin} accepted the NTLM credentials of LAB\\alice before, and refuses this request.`,
    })
    expect(error.findings.map(({ id, likelihood }) => `${likelihood} ${id}`)).toEqual([
      'likely missing-rights',
      'possible head-not-served',
    ])
    expect(error.hint).toBe(error.findings[0].nextStep)
  })
})
