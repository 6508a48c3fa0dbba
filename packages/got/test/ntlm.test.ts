import { Agent } from 'node:http'
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
    ['agent', { agent: { http: new Agent() } }],
    ['agent', { agent: { http: false as const } }],
  ])('fails before anything is sent: %s', async (part, config) => {
    const instance = got.extend(ntlm(options))
    await expect(instance('http://127.0.0.1:1', config as object)).rejects.toEqual(refused(part))
    expect(() => instance.stream('http://127.0.0.1:1', config as object)).toThrow(refused(part))
  })
})
