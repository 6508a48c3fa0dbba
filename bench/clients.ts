import { Agent as HttpAgent } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import axios, { type AxiosInstance } from 'axios'
import got, { type Got } from 'got'
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

function axiosSession(instance: AxiosInstance, close: () => void): Session {
  return {
    async get(url) {
      expectOk((await instance.get(url)).status)
    },
    async upload(url, body) {
      // A redirect would make axios keep the body.
      const options = { maxRedirects: 0, maxBodyLength: Number.POSITIVE_INFINITY }
      expectOk((await instance.post(url, Readable.from(body), options)).status)
    },
    close: async () => close(),
  }
}

function gotSession(instance: Got, close: () => void): Session {
  return {
    async get(url) {
      expectOk((await instance(url)).statusCode)
    },
    async upload(url, body) {
      const stream = instance.stream.post(url, { body: Readable.from(body) })
      await text(stream)
      expectOk(stream.response?.statusCode ?? 0)
    },
    close: async () => close(),
  }
}

/** What an authenticated agent is held against: the same connections, kept alive by Node's own agent. */
const keptAlive = () => new HttpAgent({ keepAlive: true })
/** Idle connections of the authenticated agents close by themselves. */
const POOL = { freeSocketTimeout: 1000 }

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
  {
    name: 'axios',
    authenticated: (origin) => {
      const instance = ntlmForAxios(axios.create({ baseURL: origin }), ALICE, POOL)
      return axiosSession(instance, () => {})
    },
    plain: () => {
      const httpAgent = keptAlive()
      return axiosSession(axios.create({ httpAgent, proxy: false }), () => httpAgent.destroy())
    },
  },
  {
    name: 'got',
    authenticated: (origin) =>
      gotSession(got.extend(ntlmForGot({ ...ALICE, origins: origin }, POOL)), () => {}),
    plain: () => {
      const http = keptAlive()
      return gotSession(got.extend({ agent: { http } }), () => http.destroy())
    },
  },
]
