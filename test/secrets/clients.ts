import { Readable } from 'node:stream'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import axios from 'axios'
import got, { type OptionsOfTextResponseBody } from 'got'
import { sessions } from '../clients/index.js'
import { IDLE, type OpenSession, reply } from '../clients/session.js'

/** As most programs use it: a 401 is an error of axios, with an NtlmError as its cause. */
const axiosThatRejects: OpenSession = ({ ca, ...identity }) => {
  const instance = ntlmForAxios(axios.create(), identity, { freeSocketTimeout: IDLE, ca })
  return {
    async call(url, { body, follow: _, ...options } = {}) {
      // A redirect would make axios keep what is streamed.
      const redirects = body instanceof Readable ? { maxRedirects: 0 } : {}
      const sent = { url, data: body, ...redirects, ...options }
      const { status, headers, data } = await instance.request(sent)
      return reply(status, headers, String(data))
    },
    close: async () => {},
  }
}

const gotThatRejects: OpenSession = ({ ca, ...identity }) => {
  const instance = got.extend(ntlmForGot(identity, { freeSocketTimeout: IDLE, ca }), { retry: { limit: 0 } })
  return {
    async call(url, { timeout, follow: _, ...options } = {}) {
      const limit = timeout === undefined ? {} : { timeout: { request: timeout } }
      const sent = { ...limit, ...options } as OptionsOfTextResponseBody
      const response = await instance(url, sent)
      return reply(response.statusCode, response.headers, response.body)
    },
    close: async () => {},
  }
}

/** Every client, and those whose errors carry their request, response and options by themselves. */
export const clients: Readonly<Record<string, OpenSession>> = {
  ...sessions,
  'axios that rejects': axiosThatRejects,
  'got that rejects': gotThatRejects,
}

/** Those to which a 401 is an error. */
export const thatReject: ReadonlySet<string> = new Set(['axios that rejects', 'got that rejects'])

const MOST_TELLING = ['undici request', 'axios that rejects']

/** Who plays: one client of each transport, with all that hangs on its errors, or all of them in the whole run. */
export const lookedAt: Readonly<Record<string, OpenSession>> =
  process.env.NTLMKIT_SECRETS === 'all'
    ? clients
    : Object.fromEntries(MOST_TELLING.map((name) => [name, clients[name]]))
