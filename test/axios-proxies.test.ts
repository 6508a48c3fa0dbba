import { ntlm } from '@ntlmkit/axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearProxyVariables } from '../packages/axios/test/proxy-variables.js'
import { VERSIONS } from '../packages/axios/test/versions.js'
import { axiosFor } from './client-matrix.js'
import { ALICE, startServer } from './wire.js'

const DEAD_PROXY = 'http://127.0.0.1:9'

beforeEach(clearProxyVariables)
afterEach(() => vi.unstubAllEnvs())

const refusal = (place: string) => ({
  code: 'ERR_NTLM_PROXY',
  message: `A proxy is set in ${place}, and NTLM does not go through axios's own.`,
  hint: expect.stringContaining('proxy: false'),
})

describe('a proxy of the environment', () => {
  it.each(['http_proxy', 'HTTP_PROXY', 'ALL_PROXY'])(
    'is refused before anything is sent: %s',
    async (name) => {
      vi.stubEnv(name, DEAD_PROXY)
      const server = await startServer()
      await expect(axiosFor(server).get('/')).rejects.toMatchObject(refusal(`the environment (${name})`))
      await expect(
        axiosFor(server).get(`${server.origin}/a`, { baseURL: 'https://x' }),
      ).rejects.toMatchObject({
        code: 'ERR_NTLM_PROXY',
      })
      expect(server.log).toEqual([])
    },
  )

  it('is refused for https, and shows no password of the proxy', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://user:geheim@127.0.0.1:9')
    const server = await startServer({ tls: true })
    const error = await axiosFor(server)
      .get('/')
      .catch((reason) => reason)
    expect(error).toMatchObject(refusal('the environment (HTTPS_PROXY)'))
    expect(`${error.message} ${error.hint}`).not.toContain('geheim')
  })

  it('is for the other protocol, and changes nothing', async () => {
    vi.stubEnv('HTTPS_PROXY', DEAD_PROXY)
    const server = await startServer()
    expect((await axiosFor(server).get('/')).data).toMatchObject({ user: 'alice' })
  })

  it('does not apply to what NO_PROXY names, or to proxy: false', async () => {
    vi.stubEnv('HTTP_PROXY', DEAD_PROXY)
    const server = await startServer()
    expect((await axiosFor(server).get('/', { proxy: false })).data).toMatchObject({ user: 'alice' })
    expect((await axiosFor(server, {}, { proxy: false }).get('/')).data).toMatchObject({ user: 'alice' })
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    expect((await axiosFor(server).get('/')).data).toMatchObject({ user: 'alice' })
  })

  it('is axios’s own affair where a request has no credentials', async () => {
    const seen: (string | undefined)[] = []
    const proxy = await startServer({
      anonymous: () => true,
      handler: (request, response) => {
        seen.push(request.url)
        response.end('from the proxy')
      },
    })
    vi.stubEnv('HTTP_PROXY', proxy.origin)
    const server = await startServer()
    expect((await axiosFor(server).get('/a', { ntlm: false })).data).toBe('from the proxy')
    expect(seen).toEqual([`${server.origin}/a`])
    expect(server.log).toEqual([])
  })
})

describe.each(VERSIONS)('%s', (_name, axios) => {
  it('is refused where a redirect leads to a host that has one', async () => {
    vi.stubEnv('HTTP_PROXY', DEAD_PROXY)
    const other = await startServer()
    const server = await startServer({
      handler: (_request, response) => void response.writeHead(302, { location: other.origin }).end(),
    })
    vi.stubEnv('NO_PROXY', new URL(server.origin).host)
    const followed: unknown[] = []
    const instance = ntlm(axios.create({ baseURL: server.origin }), ALICE)
    const sent = instance.get('/', { beforeRedirect: ({ href }) => followed.push(href) })
    await expect(sent).rejects.toMatchObject({ message: expect.stringContaining('HTTP_PROXY') })
    expect([followed, other.log]).toEqual([[], []])
    instance.close()
  })
})

describe('a proxy of the config', () => {
  it('is refused, of an instance and of a request', async () => {
    const server = await startServer()
    const proxy = { host: '127.0.0.1', port: 9 }
    expect(() => axiosFor(server, {}, { proxy })).toThrow(
      expect.objectContaining(refusal('the axios config')),
    )
    await expect(axiosFor(server).get('/', { proxy })).rejects.toMatchObject(refusal('the axios config'))
  })
})
