import { type NtlmAgents, type NtlmOptions, ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import axios from 'axios'
import got from 'got'
import { request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call } from '../client-matrix.js'
import { ALICE, startServer } from '../wire.js'
import { outcomeOf } from './clients.js'

type Call = (url: string) => Promise<{ status: number }>
type Make = (options: Partial<NtlmOptions>, ca?: string) => Call

/** Each package with nothing but these options; `own` is what a call may need beside them. */
const PACKAGES: [name: string, make: Make][] = [
  [
    'undici',
    (options, ca) => {
      const agent = new NtlmAgent({ ...options, connect: { ca } } as NtlmOptions)
      onTestFinished(() => void agent.destroy())
      return async (url) => {
        const { statusCode, body } = await request(url, { dispatcher: agent })
        await body.dump()
        return { status: statusCode }
      }
    },
  ],
  [
    'agent',
    (options, ca) => {
      const agents: NtlmAgents = ntlmAgents(options as NtlmOptions, { ca })
      onTestFinished(() => agents.destroy())
      return (url) => call(url, agents)
    },
  ],
  [
    'axios',
    (options, ca) => {
      const instance = ntlmForAxios(axios.create(), options as NtlmOptions, { ca })
      return (url) => instance.get(url, { validateStatus: () => true })
    },
  ],
  [
    'got',
    (options, ca) => {
      const quiet = { retry: { limit: 0 }, throwHttpErrors: false } as const
      const extension = ntlmForGot(options as NtlmOptions, { ca })
      // Later: got itself takes what an object inherits for an option or a hook.
      const made = Promise.resolve().then(() => got.extend(extension, quiet))
      return async (url) => {
        const instance = await made
        const { statusCode } = await instance(url)
        return { status: statusCode }
      }
    },
  ],
]

/** Runs with a property that every object inherits, as pollution of the prototype leaves it; not across an `await`. */
function polluted<T>(name: string, value: unknown, run: () => T): T {
  Object.defineProperty(Object.prototype, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: true,
  })
  try {
    return run()
  } finally {
    delete (Object.prototype as Record<string, unknown>)[name]
  }
}

const { username, password } = ALICE
const complete = (origins: string) => ({ username, password, origins })

describe.each(PACKAGES)('an inherited property is no option of %s:', (name, make) => {
  it.each([
    ['username', username, { password, origins: '*' }],
    ['password', password, { username, origins: '*' }],
    ['ntHash', '0'.repeat(32), { username, origins: '*' }],
    // For got the prefixUrl of the instance may take its place, which is looked for when a request is made.
    ...(name === 'got' ? [] : [['origins', '*', { username, password }] as const]),
  ] as const)('%s, which is required', (option, value, options) => {
    expect(() => polluted(option, value, () => make(options))).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG' }),
    )
  })

  it.each([
    ['workstation', 'POLLUTED'],
    ['domain', 'POLLUTED'],
    ['spn', 'HTTP/polluted'],
    ['schemes', ['negotiate']],
    ['handshakeTimeout', 1],
    ['legacy', { ntlmV1: true }],
    ['strict', 'neither true nor false'],
    ['connections', -1],
    ['client', { pipelining: 10 }],
    ['http', { keepAlive: false }],
    ['https', { keepAlive: false }],
    ['createConnection', () => undefined],
    ['socketPath', '/nowhere'],
    ['proxyEnv', {}],
    ['session', Buffer.from('a session')],
    ['agent', {}],
  ])('%s, when the client is made', async (option, value) => {
    const server = await startServer({ schemes: ['negotiate', 'ntlm'], delay: 5 })
    const ask = polluted(option, value, () => make(complete(server.origin)))
    expect(await outcomeOf(ask(server.url))).toBe(200)
    const { scheme, workstation, domain, targetName } = server.log.at(-1)!
    expect({ scheme, workstation, domain, targetName }).toEqual({
      scheme: 'ntlm',
      workstation: '',
      domain: 'LAB',
      targetName: `HTTP/127.0.0.1:${server.port}`,
    })
  })

  it('channelBinding, when the client is made', async () => {
    const server = await startServer({ tls: true, channelBinding: 'require' })
    const ask = polluted('channelBinding', 'none', () => make(complete(server.origin), server.ca))
    expect(await outcomeOf(ask(server.url))).toBe(200)
  })

  it('rejectUnauthorized, when the client is made', async () => {
    const server = await startServer({ tls: true })
    const ask = polluted('rejectUnauthorized', false, () => make(complete(server.origin)))
    expect(await outcomeOf(ask(server.url))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(server.log).toEqual([])
  })
})

it('an inherited authenticate or ntlm takes no request out of the authentication', async () => {
  const server = await startServer()
  for (const [, make] of PACKAGES) {
    const ask = make(complete(server.origin))
    for (const option of ['ntlm', 'authenticate']) {
      // The request is made in the same turn in which it is asked for, or the option is read later and is not there.
      expect(await polluted(option, false, () => outcomeOf(ask(server.url)))).toBe(200)
    }
  }
})
