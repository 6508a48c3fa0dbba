import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import type { NtlmOptions } from '@ntlmkit/core'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import axios from 'axios'
import got, { HTTPError } from 'got'
import { type Call, type CallOptions, chunks, clients, type Reply, reply } from './clients.js'

/** Who asks, and whose certificate to trust beside the usual ones. */
export interface Identity extends NtlmOptions {
  ca?: string
}

/** A client with a pool of connections of its own. */
export interface Session {
  call(url: string, options: CallOptions): Promise<Reply>
  close(): Promise<void>
}

export type OpenSession = (identity: Identity) => Session

/** Every client, on the transport that serves it. */
export const sessions: Readonly<Record<string, OpenSession>> = {
  ...Object.fromEntries(Object.entries(clients).map(([name, call]) => [name, onUndici(call)])),
  axios: onAxios,
  got: onGot,
  'got stream': onGotStream,
  'http.request': onNode,
}

function onUndici(call: Call): OpenSession {
  return ({ ca, ...options }) => {
    const agent = new NtlmAgent({ ...options, connect: { ca } })
    return { call: (url, request) => call(agent, url, request), close: () => agent.close() }
  }
}

/** Idle connections end with the test that used them, and not a server's patience later. */
const POOL = { freeSocketTimeout: 2000 }
const closed = async () => {}

function onAxios({ ca, ...options }: Identity): Session {
  // A redirect would make axios keep the body.
  const defaults = { validateStatus: () => true, responseType: 'text', maxRedirects: 0 } as const
  const instance = ntlmForAxios(axios.create(defaults), options, { ...POOL, ca })
  return {
    async call(url, { method, body, stream }) {
      const data = stream ? Readable.from(chunks(body!)) : body
      const response = await instance.request<string>({
        url,
        method,
        data,
        maxBodyLength: Number.POSITIVE_INFINITY,
      })
      return reply(response.status, response.data)
    },
    close: closed,
  }
}

function onGot({ ca, ...options }: Identity): Session {
  const instance = got.extend(ntlmForGot(options, { ...POOL, ca }), {
    throwHttpErrors: false,
    retry: { limit: 0 },
  })
  return {
    async call(url, { method, body, stream }) {
      const sent = stream ? Readable.from(chunks(body!)) : body
      const response = await instance(url, { method, body: sent as Buffer })
      return reply(response.statusCode, response.body)
    },
    close: closed,
  }
}

function onGotStream({ ca, ...options }: Identity): Session {
  const instance = got.extend(ntlmForGot(options, { ...POOL, ca }), { retry: { limit: 0 } })
  return {
    async call(url, { method, body, stream }) {
      const sent = stream ? Readable.from(chunks(body!)) : body
      const duplex = instance.stream(url, { method, body: sent as Buffer })
      const answer = await text(duplex).catch((error) => {
        if (error instanceof HTTPError) return ''
        throw error
      })
      return reply(duplex.response?.statusCode ?? 0, answer)
    },
    close: closed,
  }
}

/** A bare agent, with nothing between it and node:http. */
function onNode({ ca, ...options }: Identity): Session {
  const agents = ntlmAgents(options, { ...POOL, ca })
  return {
    async call(url, { method, body, stream }) {
      const isTls = url.startsWith('https:')
      const request = (isTls ? httpsRequest : httpRequest)(url, {
        method,
        agent: isTls ? agents.https : agents.http,
      })
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve).once('error', reject)
      })
      if (stream) Readable.from(chunks(body!)).pipe(request)
      else request.end(body)
      const response = await answered
      return reply(response.statusCode!, await text(response))
    },
    close: async () => agents.destroy(),
  }
}
