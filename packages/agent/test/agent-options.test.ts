import { describe, expect, it } from 'vitest'
import { resolveAgentOptions } from '../src/agent-options.js'
import { ntlmAgents } from '../src/index.js'

describe('agent options', () => {
  it('have a timeout of their own, which closes nothing, and what pinning needs', () => {
    const { http, https } = resolveAgentOptions()
    const expected = { timeout: 0, keepAlive: true, maxCachedSessions: 0, ALPNProtocols: ['http/1.1'] }
    expect(http).toEqual(expected)
    expect(https).toEqual(expected)
  })

  it('pass through, for both agents or for one', () => {
    const { http, https } = resolveAgentOptions({ ca: 'x', timeout: 5, https: { maxSockets: 2 } })
    expect(http).toMatchObject({ ca: 'x', timeout: 5 })
    expect(http.maxSockets).toBeUndefined()
    expect(https).toMatchObject({ ca: 'x', timeout: 5, maxSockets: 2 })
  })

  it.each<[string, object]>([
    ['keepAlive', { keepAlive: false }],
    ['maxCachedSessions', { maxCachedSessions: 100 }],
    ['ALPNProtocols', { ALPNProtocols: ['h2'] }],
    ['ALPNProtocols', { ALPNProtocols: ['h2', 'http/1.1'] }],
    ['proxyEnv', { proxyEnv: {} }],
    ['session', { session: Buffer.alloc(1) }],
    ['socketPath', { socketPath: '/run/x.sock' }],
    ['createConnection', { createConnection() {} }],
    ['keepAlive', { https: { keepAlive: false } }],
  ])('%s is refused where it breaks pinning', (name, options) => {
    const make = () => ntlmAgents({ username: 'u', password: 'p', origins: '*' }, options)
    expect(make).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(name) }),
    )
  })

  it.each<[string, string, object]>([
    ['maxSocket', 'maxSockets', { maxSocket: 5 }],
    ['maxsockets', 'maxSockets', { https: { maxsockets: 5 } }],
    ['rejectUnauthorised', 'rejectUnauthorized', { http: { rejectUnauthorised: false } }],
    ['freeSocketTimeOuts', 'freeSocketTimeout', { freeSocketTimeOuts: 5 }],
    ['serverName', 'servername', { serverName: 'x' }],
  ])('%s is told to be %s', (name, meant, options) => {
    expect(() => resolveAgentOptions(options as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: `There is no agent option '${name}'.`,
        hint: `Write '${meant}'.`,
      }),
    )
  })

  it('that only Node knows are left to it', () => {
    const options = {
      crl: 'x',
      ecdhCurve: 'auto',
      family: 4,
      hints: 0,
      localPort: 1,
      noDelay: true,
      sigalgs: 'x',
    }
    expect(resolveAgentOptions(options as never).https).toMatchObject(options)
  })

  it.each([null, 5, 'x'])('%s are none', (options) => {
    expect(() => resolveAgentOptions(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG' }),
    )
  })

  it('are not written to', () => {
    const options = Object.freeze({ maxSockets: 2 })
    expect(() => ntlmAgents({ username: 'u', password: 'p', origins: '*' }, options)).not.toThrow()
  })
})
