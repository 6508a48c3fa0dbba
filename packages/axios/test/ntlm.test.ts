import axios, { type AxiosAdapter } from 'axios'
import { describe, expect, it, vi } from 'vitest'
import { NtlmError, ntlm } from '../src/index.js'

const credentials = { username: 'LAB\\alice', password: 'x' }
const refused = (part: string) =>
  expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(part) })

describe('ntlm(instance, options)', () => {
  it('returns the same instance', () => {
    const instance = axios.create({ baseURL: 'https://intranet.corp/app' })
    expect(ntlm(instance, credentials)).toBe(instance)
  })

  it.each([
    ['neither origins nor a baseURL', {}, credentials],
    ['has no origin', { baseURL: '/app' }, credentials],
    ['no option', {}, { ...credentials, origins: '*', user: 'x' }],
    ['password', {}, { username: 'u', origins: '*' }],
    ['no origin', {}, { ...credentials, origins: 'intranet' }],
    ['adapter', { adapter: 'fetch' }, { ...credentials, origins: '*' }],
  ])('throws for what it cannot do: %s', (part, config, options) => {
    const instance = axios.create(config as object)
    expect(() => ntlm(instance, options as never)).toThrow(refused(part))
  })

  it('throws for missing options, as an NtlmError', () => {
    const instance = axios.create({ baseURL: 'http://x' })
    expect(() => ntlm(instance, undefined as never)).toThrow(NtlmError)
  })

  it('takes an instance once', () => {
    const instance = ntlm(axios.create({ baseURL: 'http://x' }), credentials)
    expect(() => ntlm(instance, credentials)).toThrow(refused('already'))
  })

  it('leaves an instance that it refused as it was', () => {
    const instance = axios.create({ adapter: 'fetch', baseURL: 'http://x' })
    expect(() => ntlm(instance, credentials)).toThrow()
    expect(instance.defaults.adapter).toBe('fetch')
  })
})

describe('an adapter of the user’s own', () => {
  const adapter = vi.fn<AxiosAdapter>(async (config) => ({
    config,
    data: 'ok',
    headers: {},
    status: 200,
    statusText: 'OK',
  }))

  it('of an instance is handed the agents', async () => {
    const instance = ntlm(axios.create({ baseURL: 'http://x', adapter }), credentials)
    await instance.get('/')
    expect(adapter.mock.lastCall?.[0]).toMatchObject({ proxy: false, httpAgent: { protocol: 'http:' } })
  })

  it('of a request is, too', async () => {
    const instance = ntlm(axios.create({ baseURL: 'http://x' }), credentials)
    const { config } = await instance.get('/', { adapter })
    expect(adapter.mock.lastCall?.[0]).toMatchObject({ httpsAgent: { protocol: 'https:' } })
    expect(config.httpsAgent).toBeUndefined()
  })
})
