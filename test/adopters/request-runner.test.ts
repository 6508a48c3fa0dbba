import http from 'node:http'
import https from 'node:https'
import { ntlm } from '@ntlmkit/axios'
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios'
import { describe, expect, it } from 'vitest'
import { ALICE, startServer } from '../wire.js'
import { authenticated, PROTOCOLS, seen, startPlainServer } from './trial.js'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 5

/** A runner that follows redirects itself, to show them, and makes agents for each hop as the URL needs them. */
function makeRunner(instance: AxiosInstance, tls: https.AgentOptions) {
  const hops: number[] = []

  async function run(config: AxiosRequestConfig): Promise<AxiosResponse> {
    const response = await instance.request({
      ...config,
      maxRedirects: 0,
      validateStatus: () => true,
      httpAgent: new http.Agent({ keepAlive: true }),
      httpsAgent: new https.Agent({ keepAlive: true, ...tls }),
    })
    hops.push(response.status)
    if (!REDIRECTS.has(response.status) || hops.length > MOST_REDIRECTS) return response
    const keepsMethod = response.status === 307 || response.status === 308
    return run({
      ...config,
      url: new URL(response.headers.location, config.url).href,
      ...(keepsMethod ? {} : { method: 'GET', data: undefined }),
    })
  }

  return { run, hops }
}

describe.each(PROTOCOLS)(
  'a request runner with its own redirects and agents, over %s',
  (_protocol, options) => {
    it('follows a redirect that keeps its body, authenticated once', async () => {
      const server = await startServer({
        ...options,
        handler: async (request, response) => {
          const body = (await request.toArray()).join('')
          if (request.url === '/old') response.writeHead(307, { location: '/new' }).end()
          else response.end(`${request.ntlm?.username} ${request.method} ${body}`)
        },
      })
      const runner = makeRunner(ntlm(axios.create(), { ...ALICE, origins: server.origin }), { ca: server.ca })

      const { data } = await runner.run({ url: `${server.origin}/old`, method: 'POST', data: 'text' })

      expect(data).toBe('alice POST text')
      expect(runner.hops).toEqual([307, 200])
      expect(seen(server)).toMatchObject({ users: { alice: 2 }, failed: [] })
    })

    it('shows no token to another origin that it is sent to', async () => {
      const tokens: unknown[] = []
      const elsewhere = await startPlainServer((request, response) => {
        tokens.push(request.headers.authorization)
        response.writeHead(401, { 'www-authenticate': 'NTLM' }).end()
      })
      const server = await startServer({
        ...options,
        handler: (_request, response) => void response.writeHead(302, { location: elsewhere }).end(),
      })
      const runner = makeRunner(ntlm(axios.create(), { ...ALICE, origins: server.origin }), { ca: server.ca })

      await runner.run({ url: server.url })

      expect(runner.hops).toEqual([302, 401])
      expect(tokens).toEqual([undefined])
      expect(seen(server)).toEqual(authenticated(1))
    })
  },
)
