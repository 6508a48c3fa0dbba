import { describe, expect, it, vi } from 'vitest'
import { type NtlmAgentOptions, resolveAgentOptions } from '../src/agent-options.js'

const minimal: NtlmAgentOptions = { username: 'LAB\\alice', password: 'x', origins: '*' }

describe('the options of NtlmAgent', () => {
  it('have no limit of connections by default', () => {
    expect(resolveAgentOptions(minimal).connections).toBe(Number.POSITIVE_INFINITY)
    expect(resolveAgentOptions({ ...minimal, connections: null }).connections).toBe(Number.POSITIVE_INFINITY)
  })

  it('take a connector as it is, with its errors and what it returns', () => {
    const [target, failure] = [{ hostname: 'a' }, new Error('no')]
    const connector = vi.fn((_target: unknown, callback: (error: Error) => void) => {
      callback(failure)
      return 'opening'
    })
    const done = vi.fn()
    const resolved = resolveAgentOptions({ ...minimal, connect: connector as never })
    expect(resolved.connector(target as never, done)).toBe('opening')
    expect([connector.mock.calls[0][0], done.mock.calls]).toEqual([target, [[failure, null]]])
  })

  it('take what every connection has anyway', () => {
    const client = { allowH2: false, pipelining: 1, keepAliveTimeoutThreshold: 0, keepAliveTimeout: 1000 }
    expect(() => resolveAgentOptions({ ...minimal, client })).not.toThrow()
  })

  it.each<[string, object, string]>([
    ['connections: 0', { connections: 0 }, 'connections option'],
    ['connections: 1.5', { connections: 1.5 }, 'connections option'],
    ['pipelining', { client: { pipelining: 10 } }, "'pipelining'"],
    ['HTTP/2 in the client', { client: { allowH2: true } }, "'allowH2'"],
    ['HTTP/2 in the connector', { connect: { allowH2: true } }, "'allowH2'"],
    [
      'connections that end after some requests',
      { client: { maxRequestsPerClient: 1 } },
      "'maxRequestsPerClient'",
    ],
    [
      'a keep-alive threshold',
      { client: { keepAliveTimeoutThreshold: 2000 } },
      "'keepAliveTimeoutThreshold'",
    ],
    ['resumed TLS sessions', { connect: { maxCachedSessions: 10 } }, "'maxCachedSessions'"],
    ['a TLS session of the caller’s', { connect: { session: Buffer.alloc(1) } }, "'session'"],
    ['a connector in the client', { client: { connect: {} } }, "'connect'"],
    [
      'a client option of a wrong value',
      { client: { headersTimeout: 'soon' } },
      'refused by undici: headersTimeout',
    ],
    ['an unknown client option', { client: { fast: true } }, "'fast'"],
    ['a connect option that is no object', { connect: 'tls' }, 'connect option'],
    ['an unknown option', { ca: 'pem' }, "no option 'ca'"],
    ['an unknown client option with a digit', { client: { allowH3: true } }, "'allowH3'"],
  ])('refuse %s at construction', (_fault, options, message) => {
    expect(() => resolveAgentOptions({ ...minimal, ...options } as NtlmAgentOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(message) }),
    )
  })

  it('name its own options too to whoever misspells one', () => {
    expect(() => resolveAgentOptions({ ...minimal, connection: 1 } as NtlmAgentOptions)).toThrow(
      expect.objectContaining({
        message: "There is no option 'connection'.",
        hint: expect.stringMatching(/connections, connect, client, others\.$/),
      }),
    )
  })
})
