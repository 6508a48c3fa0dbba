import { type AgentOptions, ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { Credentials } from '@ntlmkit/core'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { createNtlmServer, type NtlmServerOptions } from '@ntlmkit/server'
import { type NtlmOptions, resolveOptions } from '@ntlmkit/transport'
import { NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import axios, { type CreateAxiosDefaults } from 'axios'
import { describe, expect, it } from 'vitest'
import { runServerCommand } from '../../packages/server/src/command-run.js'
import { Canary, Search } from './canary.js'
import { PASSWORD, USERNAME } from './secret-account.js'
import { Sightings } from './sightings.js'

/** With nothing that JSON or inspect would have to write otherwise: a name, too, that could be one of an option. */
const WORD = 'ZebraQuillFacade'
const search = new Search([Canary.ofText('password', PASSWORD), Canary.ofText('word', WORD)])
const account = { username: USERNAME, password: PASSWORD }
const options: NtlmOptions = { ...account, origins: 'http://intranet.corp' }

function thrownBy(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

function expectNothingOf(error: unknown, code = 'ERR_NTLM_CONFIG'): void {
  expect(error).toMatchObject({ name: 'NtlmError', code })
  const sightings = new Sightings()
  sightings.show('the error', error)
  expect(search.leaks(sightings.exposed)).toEqual([])
}

/** Each of them wrong, in every shape that a secret could get there. */
const shapes = (name: string): [string, object][] =>
  [PASSWORD, { value: PASSWORD }, [PASSWORD], Buffer.from(PASSWORD), () => PASSWORD].map((value) => [
    `${name}: ${typeof value === 'string' ? 'the password' : Object.prototype.toString.call(value)}`,
    { [name]: value },
  ])

describe('an option of a client that is refused is not repeated', () => {
  it.each<[string, object]>([
    ['password: an object', { password: { value: PASSWORD } }],
    ['password: an array', { password: [PASSWORD] }],
    ['password: bytes', { password: Buffer.from(PASSWORD) }],
    ['password: a promise', { password: Promise.resolve(PASSWORD) }],
    ['password: a String', { password: new String(PASSWORD) }],
    ['password and ntHash', { ntHash: PASSWORD }],
    ...shapes('ntHash')
      .slice(0, 4)
      .map(([name, wrong]): [string, object] => [name, { password: undefined, ...wrong }]),
    ['ntHash: too many digits', { password: undefined, ntHash: Buffer.from(WORD).toString('hex').repeat(2) }],
    ['a misspelt option', { passwrod: PASSWORD }],
    ['the password for a name', { [PASSWORD]: true }],
    ['options that were spread from a text', { ...(PASSWORD as unknown as object) }],
    ...['username', 'domain', 'workstation', 'spn'].flatMap((name) => shapes(name).slice(1)),
    ['domain: the password', { domain: PASSWORD }],
    ...['schemes', 'channelBinding', 'handshakeTimeout', 'strict'].flatMap(shapes),
    ['legacy: the password', { legacy: PASSWORD }],
    ['legacy: within', { legacy: { ntlmV1: PASSWORD } }],
    ['schemes: with log-ins', { schemes: { ntlm: { password: PASSWORD } } }],
    ...shapes('origins').slice(0, 4),
    ['origins: with a log-in', { origins: `https://alice:${encodeURIComponent(PASSWORD)}@intranet.corp` }],
    ['origins: with a query', { origins: `https://intranet.corp/?${encodeURIComponent(PASSWORD)}` }],
    ['origins: a list of log-ins', { origins: [{ url: 'https://intranet.corp', password: PASSWORD }] }],
  ])('%s', (_name, wrong) => {
    expectNothingOf(thrownBy(() => resolveOptions({ ...options, ...wrong } as NtlmOptions)))
  })

  it('there is no set of options that is a text', () => {
    expectNothingOf(thrownBy(() => resolveOptions(PASSWORD as unknown as NtlmOptions)))
  })
})

describe('a secret that a function returns is not repeated', () => {
  it.each<[string, object]>([
    ['a password in an object', { password: () => ({ value: PASSWORD }) }],
    ['a password in an array, later', { password: async () => [PASSWORD] }],
    ['a hash that is none', { ntHash: () => PASSWORD }],
    ['a hash that is none, later', { ntHash: async () => Buffer.from(PASSWORD) }],
  ])('%s', async (_name, secret) => {
    const credentials = new Credentials({ username: USERNAME, ...secret } as NtlmOptions)
    expectNothingOf(await new Promise((resolve) => credentials.whenResolved(resolve, resolve)))
  })
})

/** The error is the user's own, with what the user wrote into it: it is handed on as the cause, and nothing else of ours has it. */
describe('an error of a password function', () => {
  it.each<[string, () => Promise<string> | string]>([
    [
      'thrown',
      () => {
        throw new Error(`vault: cannot read ${PASSWORD}`)
      },
    ],
    ['rejected', () => Promise.reject(new Error(`vault: cannot read ${PASSWORD}`))],
  ])('is the cause, and in nothing else: %s', async (_how, password) => {
    const credentials = new Credentials({ username: USERNAME, password })
    const error = await new Promise<Error>((resolve) => credentials.whenResolved(() => {}, resolve as never))
    expect(error.cause).toMatchObject({ message: `vault: cannot read ${PASSWORD}` })
    delete error.cause
    expectNothingOf(error)
  })
})

describe('an option of a transport or an adapter that is refused is not repeated', () => {
  const agent = (wrong: unknown) => ntlmAgents(options, wrong as AgentOptions)
  const dispatcher = (wrong: object) => new NtlmAgent({ ...options, ...wrong } as NtlmAgentOptions)
  const instance = (config: CreateAxiosDefaults, ...rest: unknown[]) =>
    ntlmForAxios(axios.create(config), ...(rest as [NtlmOptions]))

  it.each<[string, () => unknown, string?]>([
    ['agent options: the password', () => agent(PASSWORD)],
    ['agent options: keepAlive', () => agent({ keepAlive: PASSWORD })],
    ['agent options: ALPNProtocols', () => agent({ ALPNProtocols: [PASSWORD] })],
    ['agent options: a session', () => agent({ session: Buffer.from(PASSWORD) })],
    ['agent options: an agent', () => agent({ agent: { password: PASSWORD } })],
    ['agent options: credentials', () => agent({ ...options })],
    ['agent options: a hash', () => agent({ ntHash: WORD })],
    ['agent options: within', () => agent({ https: { password: PASSWORD } })],
    ['undici, connections', () => dispatcher({ connections: PASSWORD })],
    ['undici, a client option', () => dispatcher({ client: { [PASSWORD]: PASSWORD } })],
    ['undici, the value of a client option', () => dispatcher({ client: { bodyTimeout: PASSWORD } })],
    ['undici, connect', () => dispatcher({ connect: PASSWORD })],
    ['undici, connect within', () => dispatcher({ connect: { session: PASSWORD } })],
    ['axios, arguments in a row', () => instance({ baseURL: 'http://x' }, USERNAME, PASSWORD)],
    ['axios, a baseURL with a log-in', () => instance({ baseURL: `//alice:${WORD}@x` }, account)],
    ['axios, an adapter', () => instance({ baseURL: 'http://x', adapter: PASSWORD as never }, account)],
    ['axios, a socket', () => instance({ baseURL: 'http://x', socketPath: PASSWORD }, account)],
    [
      'axios, a proxy',
      () => instance({ baseURL: 'http://x', proxy: { host: 'x', port: 1, auth: account } }, account),
      'ERR_NTLM_PROXY',
    ],
    ['got, arguments in a row', () => ntlmForGot(USERNAME as never, PASSWORD as never)],
    ['got, agent options', () => ntlmForGot(options, PASSWORD as never)],
  ])('%s', (_name, make, code) => {
    expectNothingOf(thrownBy(make), code)
  })
})

describe('an option of the server that is refused is not repeated', () => {
  const users = { [USERNAME]: PASSWORD }

  it.each<[string, object]>([
    ...shapes('users').filter(([name]) => !/Object|Array|Function/.test(name)),
    ['users: a password in a list', { users: { alice: [PASSWORD] } }],
    ['users: a hash that is none', { users: { alice: { ntHash: PASSWORD } } }],
    ['users: misspelt', { users: { alice: { passwrod: PASSWORD } } }],
    ['a misspelt option', { user: users }],
    ['the password for a name', { [PASSWORD]: true }],
    ['users elsewhere', { handler: { users } }],
    ['users elsewhere, in a list', { schemes: [users] }],
    ['users elsewhere, where one of several is right', { tls: [users], persist: { users } }],
    ['a name within', { names: { [PASSWORD]: 'x' } }],
    ['a key that is none', { tls: { key: PASSWORD, cert: PASSWORD } }],
  ])('%s', (_name, wrong) => {
    expectNothingOf(thrownBy(() => createNtlmServer({ users, ...wrong } as NtlmServerOptions)))
  })

  it.each<[string, string[]]>([
    ['an argument without its --user', [`${USERNAME}:${PASSWORD}`]],
    ['a misspelt --user', ['--usr', `${USERNAME}:${PASSWORD}`]],
    ['a misspelt --user with its value', [`--usr=${USERNAME}:${PASSWORD}`]],
    ['a --user without a colon', ['--user', PASSWORD]],
    ['a value for --debug', [`--debug=${PASSWORD}`]],
    ['a mode', ['--user', 'a:b', '--mode', `${USERNAME}:${PASSWORD}`]],
    ['a port', ['--user', 'a:b', '--port', PASSWORD]],
  ])('on its command line: %s', async (_name, args) => {
    const lines: string[] = []
    const output = { out: (line: string) => lines.push(line), error: (line: string) => lines.push(line) }
    expect(await runServerCommand(args, output)).toBeUndefined()
    const sightings = new Sightings()
    sightings.show('the terminal', lines)
    expect(search.leaks(sightings.exposed)).toEqual([])
    expect(lines).toHaveLength(1)
  })
})
