import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { identities as agents } from '@ntlmkit/agent'
import { identities as axiosInstances } from '@ntlmkit/axios'
import { identities as fetches } from '@ntlmkit/fetch'
import { identities as gots } from '@ntlmkit/got'
import type { NtlmServer } from '@ntlmkit/server'
import type { IdentityCredential } from '@ntlmkit/transport'
import { identities as dispatchers } from '@ntlmkit/undici'
import axios from 'axios'
import got from 'got'
import { request as undiciRequest } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE, BOB, legs, startServer } from './wire.js'

/** Asks for a page as somebody: its user, or the code of the error. */
type Ask = (credential: IdentityCredential, path?: string) => Promise<string>
type Users = { close(): Promise<void>; for(credential: IdentityCredential): unknown }

interface Client {
  users(origin: string, max?: number): Users
  get(client: never, url: string): Promise<unknown>
}

const CLIENTS: Record<string, Client> = {
  undici: {
    users: (origins, max) => dispatchers({ origins, max, strict: true }),
    get: async (dispatcher, url) => (await undiciRequest(url, { dispatcher })).body.json(),
  },
  fetch: {
    users: (origins, max) => fetches({ origins, max, strict: true }),
    get: async (fetch: typeof globalThis.fetch, url) => (await fetch(url)).json(),
  },
  agent: {
    users: (origins, max) => agents({ origins, max, strict: true }),
    get: async ({ http }: { http: never }, url) =>
      new Promise((resolve, reject) => {
        const asked = request(url, { agent: http }, (answer) =>
          text(answer).then(JSON.parse).then(resolve, reject),
        )
        asked.on('error', reject).end()
      }),
  },
  axios: {
    users: (baseURL, max) => axiosInstances(() => axios.create({ baseURL }), { max, strict: true }),
    get: async (instance: typeof axios, url) => (await instance.get(url)).data,
  },
  got: {
    users: (prefixUrl, max) => gots(got.extend({ prefixUrl, retry: { limit: 0 } }), { max, strict: true }),
    get: async (instance: typeof got, url) => instance.get(url, { prefixUrl: '' }).json(),
  },
}

function as({ users, get }: Client, server: NtlmServer, max?: number): Ask {
  const byUser = users(server.origin, max)
  onTestFinished(() => byUser.close())
  return async (credential, path = '/') => {
    try {
      const answer = await get(byUser.for(credential) as never, `${server.origin}${path}`)
      return (answer as { user: string }).user
    } catch (error) {
      return codeOf(error)
    }
  }
}

/** Some clients have an error of their own around it. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return [code, cause?.code].find((one) => one?.startsWith('ERR_NTLM')) ?? 'refused'
}

const STALE = { ...ALICE, password: 'stale' }
const failed = (server: NtlmServer) => server.log.filter((line) => line.failed === 'password').length

describe.each(Object.entries(CLIENTS))('identities of %s', (_name, client) => {
  it('remember a rejected password when another one of the account was used since', async () => {
    const server = await startServer()
    const ask = as(client, server)
    await ask(ALICE)
    await ask(STALE)
    const answers: string[] = []
    for (let i = 0; i < 4; i++) answers.push(await ask(ALICE), await ask(STALE))
    expect(answers).toEqual(Array(4).fill(['alice', 'ERR_NTLM_REJECTED']).flat())
    expect(failed(server)).toBe(1)
  })

  it('remember it when the identity was let go for another user', async () => {
    const server = await startServer()
    const ask = as(client, server, 1)
    await ask(STALE)
    const answers: string[] = []
    for (let i = 0; i < 3; i++) answers.push(await ask(BOB), await ask(STALE))
    expect(answers).toEqual(Array(3).fill(['bob', 'ERR_NTLM_REJECTED']).flat())
    expect(failed(server)).toBe(1)
  })
})

describe('a rejected password', () => {
  it.each<[string, (i: number) => IdentityCredential]>([
    ['in another case', (i) => ({ ...STALE, username: ['LAB\\Alice', 'lab\\ALICE', 'Lab\\aLICE'][i] })],
    ['with the domain beside the name', () => ({ ...STALE, username: 'alice', domain: 'lab' })],
    ['by a new function', () => ({ ...ALICE, password: () => 'stale' })],
    ['by a new function that takes a while', () => ({ ...ALICE, password: async () => 'stale' })],
  ])('is known again %s', async (_how, credential) => {
    const server = await startServer()
    const ask = as(CLIENTS.undici, server)
    await ask(STALE)
    const answers: string[] = []
    for (let i = 0; i < 3; i++) answers.push(await ask(credential(i)))
    expect(answers).toEqual(Array(3).fill('ERR_NTLM_REJECTED'))
    expect(failed(server)).toBe(1)
  })

  it('of a user principal name is known again in another case', async () => {
    const server = await startServer()
    const ask = as(CLIENTS.undici, server)
    await ask({ username: 'alice@lab.test', password: 'stale' })
    expect(await ask({ username: 'Alice@LAB.test', password: 'stale' })).toBe('ERR_NTLM_REJECTED')
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 401', 'GET none 401'])
  })

  it('is one log-on where many identities with it ask at a time', async () => {
    const server = await startServer()
    const ask = as(CLIENTS.undici, server)
    await Promise.all(Array.from({ length: 10 }, () => ask({ ...ALICE, password: () => 'stale' })))
    expect(failed(server)).toBe(1)
  })

  it('keeps no other password of the account from being tried at once, and no other account', async () => {
    const server = await startServer()
    const ask = as(CLIENTS.undici, server)
    await ask(STALE)
    expect(await ask({ ...BOB, password: 'stale' })).toBe('ERR_NTLM_REJECTED')
    expect(await ask({ ...ALICE, password: 'mistyped' })).toBe('ERR_NTLM_REJECTED')
    expect(failed(server)).toBe(3)
    expect([await ask(ALICE), await ask(BOB)]).toEqual(['alice', 'bob'])
  })

  it('is not remembered by other identities', async () => {
    const server = await startServer()
    await as(CLIENTS.undici, server)(STALE)
    await as(CLIENTS.undici, server)(STALE)
    expect(failed(server)).toBe(2)
  })
})
