import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import axios from 'axios'
import got from 'got'
import * as undici from 'undici'

const identity = { username: 'LAB\\alice', password: 'Passw0rd!', origins: '*', handshakeTimeout: 5000 }

const dispatcher = new NtlmAgent(identity)
const agents = ntlmAgents(identity)
const throughAxios = ntlmForAxios(axios.create({ maxRedirects: 0 }), identity)
const throughGot = got.extend(ntlmForGot(identity), { retry: { limit: 0 } })

const body = () => Readable.from([Buffer.from('abc')], { objectMode: false })
const fetchWith = (fetch) => (url) =>
  fetch(url, { dispatcher, method: 'POST', body: ReadableStream.from(body()), duplex: 'half' })

/** An upload through each client, which rejects: no answer of these servers comes to an end. */
export const uploads = {
  'undici request': (url) => undici.request(url, { dispatcher, method: 'POST', body: body() }),
  'undici fetch': fetchWith(undici.fetch),
  'the fetch of Node': fetchWith(globalThis.fetch),
  'http.request': (url) =>
    new Promise((resolve, reject) => {
      const sent = request(url, { agent: agents.http, method: 'POST' }, resolve)
      sent.on('error', reject)
      pipeline(body(), sent).catch(reject)
    }),
  axios: (url) => throughAxios.post(url, body()),
  got: (url) => throughGot.post(url, { body: body() }),
  'got stream': async (url) => {
    const stream = throughGot.stream.post(url)
    pipeline(body(), stream).catch(() => {})
    return stream.toArray()
  },
}
