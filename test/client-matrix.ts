import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type AgentOptions, type NtlmAgents, ntlmAgents, type RequestAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import type { NtlmOptions } from '@ntlmkit/transport'
import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios'
import got, { type ExtendOptions, type Got } from 'got'
import fetch from 'node-fetch'
import superagent from 'superagent'
import { onTestFinished } from 'vitest'
import { ALICE } from './wire.js'

/** What a client has to know of a server. */
export interface Target {
  origin: string
  url: string
  ca?: string
}

export interface Answer {
  status: number
  text: string
  /** Who the echo says was asking. */
  user?: string
}

export interface Client {
  get(path?: string): Promise<Answer>
  post(body: Buffer | Readable, path?: string): Promise<Answer>
}

/** Makes a client for one test, whose connections go with the test. */
export type ClientMaker = (
  target: Target,
  options?: Partial<NtlmOptions>,
  agentOptions?: AgentOptions,
) => Client

/** Alice's agents for one test. */
export function agentsFor(
  target: Target,
  options: Partial<NtlmOptions> = {},
  agentOptions: AgentOptions = {},
): NtlmAgents {
  const agents = ntlmAgents({ ...ALICE, origins: target.origin, ...options } as NtlmOptions, {
    ca: target.ca,
    ...agentOptions,
  })
  onTestFinished(() => agents.destroy())
  return agents
}

/** Alice's axios instance for one test. */
export function axiosFor(
  target: Target,
  options: Partial<NtlmOptions> = {},
  config: CreateAxiosDefaults = {},
  agentOptions: AgentOptions = {},
): AxiosInstance {
  const instance = axios.create({ baseURL: target.origin, ...config })
  return ntlmForAxios(instance, { ...ALICE, ...options } as NtlmOptions, { ca: target.ca, ...agentOptions })
}

/** Alice's got instance for one test. */
export function gotFor(
  target: Target,
  options: Partial<NtlmOptions> = {},
  config: ExtendOptions = {},
  agentOptions: AgentOptions = {},
): Got {
  const secure = { https: { certificateAuthority: target.ca } }
  return got.extend(
    { prefixUrl: target.origin, ...secure, ...config },
    ntlmForGot({ ...ALICE, ...options } as NtlmOptions, agentOptions),
  )
}

/** A plain node:http request, and the whole of its answer. */
export function call(
  url: string,
  agents: Pick<RequestAgents, 'http' | 'https'>,
  options: RequestOptions = {},
  body?: Buffer | string | Readable,
): Promise<Answer & { headers: IncomingMessage['headers']; reusedSocket: boolean }> {
  return new Promise((resolve, reject) => {
    const isSecure = url.startsWith('https:')
    const agent = isSecure ? agents.https : agents.http
    const request = (isSecure ? https : http).request(url, { agent, ...options }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const { headers, statusCode } = response
        const { reusedSocket } = request
        resolve({ ...answer(statusCode!, Buffer.concat(chunks).toString()), headers, reusedSocket })
      })
    })
    request.on('error', reject)
    if (body instanceof Readable) pipeline(body, request).catch(reject)
    else request.end(body)
  })
}

export const plainHttp: ClientMaker = (target, options, agentOptions) => {
  const agents = agentsFor(target, options, agentOptions)
  return {
    get: (path = '/') => call(target.origin + path, agents),
    post: (body, path = '/') => call(target.origin + path, agents, { method: 'POST' }, body),
  }
}

const withAxios: ClientMaker = (target, options, agentOptions) => {
  const instance = axiosFor(
    target,
    options,
    { validateStatus: () => true, responseType: 'text' },
    agentOptions,
  )
  return {
    get: async (path = '/') => fromAxios(await instance.get(path)),
    post: async (body, path = '/') => fromAxios(await instance.post(path, body)),
  }
}

const fromAxios = ({ status, data }: { status: number; data: string }) => answer(status, data)

const withGot: ClientMaker = (target, options, agentOptions) => {
  const instance = gotFor(target, options, { throwHttpErrors: false }, agentOptions)
  return {
    get: async (path = '/') => fromGot(await instance(path.slice(1))),
    post: async (body, path = '/') => fromGot(await instance.post(path.slice(1), { body })),
  }
}

const fromGot = ({ statusCode, body }: { statusCode: number; body: string }) => answer(statusCode, body)

const withGotStream: ClientMaker = (target, options, agentOptions) => {
  const instance = gotFor(target, options, { throwHttpErrors: false }, agentOptions)
  const read = async (stream: ReturnType<Got['stream']>) => {
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    return answer(stream.response!.statusCode, text)
  }
  return {
    get: (path = '/') => read(instance.stream(path.slice(1))),
    post: async (body, path = '/') => {
      const stream = instance.stream.post(path.slice(1))
      const [result] = await Promise.all([read(stream), pipeline(Readable.from(body), stream, { end: true })])
      return result
    },
  }
}

const withNodeFetch: ClientMaker = (target, options, agentOptions) => {
  const agents = agentsFor(target, options, agentOptions)
  const agent = target.origin.startsWith('https:') ? agents.https : agents.http
  const read = async (path: string, init: object) => {
    const response = await fetch(target.origin + path, { agent, ...init })
    return answer(response.status, await response.text())
  }
  return {
    get: (path = '/') => read(path, {}),
    post: (body, path = '/') => read(path, { method: 'POST', body }),
  }
}

const withSuperagent: ClientMaker = (target, options, agentOptions) => {
  const agents = agentsFor(target, options, agentOptions)
  const agent = target.origin.startsWith('https:') ? agents.https : agents.http
  return {
    get: async (path = '/') => {
      const { status, text } = await superagent
        .get(target.origin + path)
        .agent(agent)
        .ok(() => true)
      return answer(status, text)
    },
    post: async (body, path = '/') => {
      const request = superagent
        .post(target.origin + path)
        .agent(agent)
        .ok(() => true)
      if (body instanceof Readable) {
        return new Promise((resolve, reject) => {
          body.pipe(request as unknown as NodeJS.WritableStream)
          request.on('response', ({ status, text }) => resolve(answer(status, text)))
          request.on('error', reject)
        })
      }
      const { status, text } = await request.type('application/octet-stream').send(body as never)
      return answer(status, text)
    },
  }
}

/** Every client that goes through node:http. */
export const CLIENTS: [name: string, make: ClientMaker][] = [
  ['http.request', plainHttp],
  ['axios', withAxios],
  ['got, promise', withGot],
  ['got, stream', withGotStream],
  ['node-fetch', withNodeFetch],
  ['superagent', withSuperagent],
]

function answer(status: number, text: string): Answer {
  try {
    const { user } = JSON.parse(text) as { user?: string }
    return { status, text, user }
  } catch {
    return { status, text }
  }
}
