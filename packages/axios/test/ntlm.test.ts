import { Agent } from 'node:https'
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

  it.each<[object, object | undefined, string]>([
    [{ httpAgent: { addRequest: 1 } }, undefined, 'via.http has no addRequest'],
    [{ httpsAgent: () => {} }, undefined, 'via.https has no addRequest'],
    [{}, { via: {} }, 'The agent option via'],
    [{}, null as never, 'no object'],
  ])('refuses agents that cannot be used: %o, %o', (config, agentOptions, part) => {
    const instance = axios.create({ baseURL: 'http://x', ...config })
    expect(() => ntlm(instance, credentials, agentOptions)).toThrow(refused(part))
  })

  it('leaves the agents of an instance where they are', () => {
    const httpsAgent = new Agent()
    const { defaults } = ntlm(axios.create({ baseURL: 'http://x', httpsAgent }), credentials)
    expect(defaults.httpsAgent).toBe(httpsAgent)
  })

  it.each([undefined, null, {}, () => {}, axios.create])('refuses %s, which is no instance', (instance) => {
    expect(() => ntlm(instance as never, credentials)).toThrow(refused('no axios instance'))
  })

  it('adds close() and Symbol.dispose, out of sight', () => {
    const instance = ntlm(axios.create({ baseURL: 'http://x' }), credentials)
    expect(Object.keys(instance)).not.toContain('close')
    expect(instance[Symbol.dispose]).toBe(instance.close)
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
