import got from 'got'
import { describe, expect, it } from 'vitest'
import { ntlm } from '../src/index.js'

const credentials = { username: 'LAB\\alice', password: 'x' }
const refused = (part: string) =>
  expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(part) })

describe('ntlm(options)', () => {
  it.each([
    ['no option', { ...credentials, user: 'x' }, {}],
    ['password', { username: 'u' }, {}],
    ['no origin', { ...credentials, origins: 'intranet' }, {}],
    ['keepAlive', credentials, { keepAlive: false }],
  ])('throws for what it cannot do: %s', (part, options, agentOptions) => {
    expect(() => ntlm(options as never, agentOptions)).toThrow(refused(part))
  })

  it('throws for missing options', () => {
    expect(() => ntlm(undefined as never)).toThrow(refused('missing'))
  })
})

describe('a request that cannot be authenticated', () => {
  const options = { ...credentials, origins: 'http://127.0.0.1:1' }

  it.each([
    ['http2', { http2: true }],
    ['agent.http is false', { agent: { http: false as const } }],
    ['has no addRequest', { agent: { https: {} } }],
  ])('fails before anything is sent: %s', async (part, config) => {
    const instance = got.extend(ntlm(options))
    await expect(instance('http://127.0.0.1:1', config as object)).rejects.toEqual(refused(part))
    expect(() => instance.stream('http://127.0.0.1:1', config as object)).toThrow(refused(part))
  })
})

describe('an instance that cannot be authenticated', () => {
  const auth = () => ntlm({ ...credentials, origins: '*' })

  it.each([
    ['http2', { http2: true }],
    ['agent.https is false', { agent: { https: false as const } }],
    ['has no addRequest', { agent: { http: {} as never } }],
  ])('is refused when it is extended: %s', (part, config) => {
    expect(() => got.extend(config, auth())).toThrow(refused(part))
    expect(() => got.extend(config).extend(auth())).toThrow(refused(part))
    expect(() => got.extend(auth(), config)).toThrow(refused(part))
  })

  it('or with its first request, where the options come by another extend()', async () => {
    const sent = got.extend(auth()).extend({ http2: true })('http://127.0.0.1:1')
    await expect(sent).rejects.toEqual(refused('http2'))
  })
})

describe('close()', () => {
  it('is out of got’s sight, and fails what comes behind it', async () => {
    const auth = ntlm({ ...credentials, origins: '*' })
    expect(Object.keys(auth)).toEqual(['handlers', 'hooks'])
    expect(auth[Symbol.dispose]).toBe(auth.close)
    const instance = got.extend(auth)
    auth.close()
    await expect(instance('http://127.0.0.1:1')).rejects.toEqual(refused('has been closed'))
    expect(() => instance.stream('http://127.0.0.1:1')).toThrow(refused('has been closed'))
  })
})
