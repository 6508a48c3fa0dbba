import { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import { ntlm } from '@ntlmkit/axios'
import type { AxiosStatic } from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearProxyVariables } from '../packages/axios/test/proxy-variables.js'
import { VERSIONS } from '../packages/axios/test/versions.js'
import { ALICE, startServer } from './wire.js'

beforeEach(clearProxyVariables)
afterEach(() => vi.unstubAllEnvs())

/** Every name is this machine's. */
const lookup: LookupFunction = (_name, { all }, done) =>
  all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)

async function startProxyAndServer() {
  const answering = (text: string) => ({
    anonymous: () => true,
    handler: (_request: unknown, response: { end(text: string): void }) => response.end(text),
  })
  const proxy = await startServer(answering('proxy'))
  const server = await startServer(answering('direct'))
  return { proxy, server, port: new URL(server.origin).port }
}

/** Where a plain instance sends a request, and where one with NTLM does. */
async function ways(axios: AxiosStatic, url: string): Promise<[plain: string, withNtlm: string]> {
  const config = { httpAgent: new Agent({ lookup }) }
  const { data } = await axios.create(config).get(url)
  const instance = ntlm(axios.create(config), { ...ALICE, origins: '*' })
  const way = await instance.get(url).then(
    (response) => response.data,
    (error) => error.code,
  )
  instance.close()
  return [data, way]
}

const VARIABLES = [
  'http_proxy',
  'HTTP_PROXY',
  'all_proxy',
  'https_proxy',
  'npm_config_http_proxy',
  'npm_config_https_proxy',
  'npm_config_proxy',
  'NPM_CONFIG_HTTP_PROXY',
  'NPM_CONFIG_PROXY',
]

/** Some that versions differ about among them. */
const LISTS = [
  '*',
  'a.corp',
  'A.CORP',
  'b.corp, a.corp',
  '.corp',
  '*.corp',
  '*corp',
  'corp',
  'a.corp:81',
  'a.corp.',
  '*,b.corp',
  '.',
  'localhost',
  '127.0.0.1',
  '127.0.0.256',
  '127.999.1.1',
  '127.1',
  '127.0.0.0/8',
  '127.0.0.0/08',
  '0.0.0.0/0',
  '::1',
  '::/0',
  '0.0.0.0',
]
const HOSTS = ['a.corp', 'a.corp.', 'b.a.corp', 'xa.corp', 'localhost', '127.0.0.1']

describe.each(VERSIONS)(
  '%s is refused where it would go through a proxy, and goes direct where not',
  (_name, axios) => {
    it.each(VARIABLES)('%s', async (name) => {
      const { proxy, server } = await startProxyAndServer()
      vi.stubEnv(name, proxy.origin)
      const [plain, withNtlm] = await ways(axios, server.url)
      expect(withNtlm).toBe(plain === 'proxy' ? 'ERR_NTLM_PROXY' : 'direct')
      expect(proxy.log).toHaveLength(plain === 'proxy' ? 1 : 0)
    })

    it.each(LISTS)('NO_PROXY=%s', async (list) => {
      const { proxy, port } = await startProxyAndServer()
      vi.stubEnv('HTTP_PROXY', proxy.origin)
      vi.stubEnv('NO_PROXY', list)
      for (const host of HOSTS) {
        const [plain, withNtlm] = await ways(axios, `http://${host}:${port}/`)
        expect([host, withNtlm]).toEqual([host, plain === 'proxy' ? 'ERR_NTLM_PROXY' : 'direct'])
      }
    })

    it('for https', async () => {
      vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9')
      const instance = ntlm(axios.create({ adapter: async () => ({}) as never }), { ...ALICE, origins: '*' })
      await expect(instance.get('https://a.corp/')).rejects.toMatchObject({ code: 'ERR_NTLM_PROXY' })
      vi.stubEnv('NO_PROXY', 'a.corp')
      await expect(instance.get('https://a.corp/')).resolves.toBeDefined()
      instance.close()
    })

    it('where what the variable says is no proxy, too', async () => {
      const { server } = await startProxyAndServer()
      vi.stubEnv('HTTP_PROXY', 'http://:x')
      const instance = ntlm(axios.create(), { ...ALICE, origins: '*' })
      await expect(instance.get(server.url)).rejects.toMatchObject({ code: 'ERR_NTLM_PROXY' })
      expect(server.log).toEqual([])
      instance.close()
    })

    it('at a redirect, if it has been set since the request began', async () => {
      const other = await startServer()
      const server = await startServer({
        handler: (_request, response) => {
          vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9')
          response.writeHead(302, { location: other.url }).end()
        },
      })
      const instance = ntlm(axios.create(), { ...ALICE, origins: '*' })
      await expect(instance.get(server.url)).rejects.toMatchObject({
        message: expect.stringContaining('the environment (HTTP_PROXY)'),
      })
      expect(other.log).toEqual([])
      instance.close()
    })
  },
)
