import { NtlmAgent } from '@ntlmkit/undici'
import { Agent, type Dispatcher, fetch, request } from 'undici'

/** One client library, with authentication and without. */
export interface BenchClient {
  name: string
  /** Something to make requests with, and to throw away. */
  authenticated(origin: string): Session
  plain(): Session
}

export interface Session {
  get(url: string): Promise<void>
  upload(url: string, body: AsyncIterable<Uint8Array>): Promise<void>
  close(): Promise<void>
}

const ALICE = { username: 'LAB\\alice', password: 'Passw0rd!' }

function undiciSession(dispatcher: Dispatcher): Session {
  return {
    async get(url) {
      const { statusCode, body } = await request(url, { dispatcher })
      expectOk(statusCode)
      await body.text()
    },
    async upload(url, body) {
      const answer = await request(url, { dispatcher, method: 'POST', body: body as never })
      expectOk(answer.statusCode)
      await answer.body.text()
    },
    close: () => dispatcher.close(),
  }
}

function fetchSession(dispatcher: Dispatcher): Session {
  return {
    async get(url) {
      const response = await fetch(url, { dispatcher })
      expectOk(response.status)
      await response.text()
    },
    async upload(url, body) {
      const response = await fetch(url, { dispatcher, method: 'POST', body: body as never, duplex: 'half' })
      expectOk(response.status)
      await response.text()
    },
    close: () => dispatcher.close(),
  }
}

function expectOk(status: number): void {
  if (status !== 200) throw new Error(`The server answered ${status}.`)
}

export const benchClients: readonly BenchClient[] = [
  {
    name: 'undici request',
    authenticated: (origin) => undiciSession(new NtlmAgent({ ...ALICE, origins: origin })),
    plain: () => undiciSession(new Agent()),
  },
  {
    name: 'undici fetch',
    authenticated: (origin) => fetchSession(new NtlmAgent({ ...ALICE, origins: origin })),
    plain: () => fetchSession(new Agent()),
  },
]
