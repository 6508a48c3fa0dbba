// Uploads a stream of so many megabytes with one client, and prints how much the process grew meanwhile: the server is
// a process of its own. `node test/memory/upload.mjs <client> <megabytes>`; the client is http, axios or got.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const [, , client = 'http', megabytes = '500'] = process.argv

const credentials = { username: 'LAB\\alice', password: 'Passw0rd!' }

async function serve() {
  const { createNtlmServer } = await import('@ntlmkit/server')
  const users = { [credentials.username]: credentials.password }
  const server = await createNtlmServer({ users }).listen()
  process.send(server.origin)
}

async function upload(size) {
  const server = fork(fileURLToPath(import.meta.url), ['server'], { execArgv: [] })
  const [origin] = await once(server, 'message')
  try {
    const send = await clients[client](origin)
    // Once to warm up: what is loaded and compiled is no growth.
    await send(stream(10))
    const before = process.memoryUsage.rss()
    let peak = before
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, 20)
    const received = await send(stream(size))
    clearInterval(timer)
    const grown = Math.round((peak - before) / 1_000_000)
    console.log(JSON.stringify({ client, received, grown }))
  } finally {
    server.kill()
  }
}

function stream(size) {
  return Readable.from(
    (function* () {
      for (let i = 0; i < size; i++) yield Buffer.alloc(1_000_000, i % 256)
    })(),
  )
}

const clients = {
  http: async (origin) => {
    const { ntlmAgents } = await import('@ntlmkit/agent')
    const agents = ntlmAgents({ ...credentials, origins: origin })
    return async (body) => {
      const sent = request(origin, { agent: agents.http, method: 'POST' })
      const answered = once(sent, 'response')
      await pipeline(body, sent)
      const [response] = await answered
      return JSON.parse((await response.toArray()).join('')).bodyBytes
    }
  },
  axios: async (baseURL) => {
    const [{ default: axios }, { ntlm }] = await Promise.all([import('axios'), import('@ntlmkit/axios')])
    // axios keeps a body for a redirect, unless it is told to follow none.
    const instance = ntlm(axios.create({ baseURL, maxRedirects: 0 }), credentials)
    return async (body) => (await instance.post('/', body)).data.bodyBytes
  },
  got: async (prefixUrl) => {
    const [{ default: got }, { ntlm }] = await Promise.all([import('got'), import('@ntlmkit/got')])
    const instance = got.extend({ prefixUrl }, ntlm(credentials))
    return async (body) => {
      const stream = instance.stream.post('')
      const [answer] = await Promise.all([stream.toArray(), pipeline(body, stream, { end: true })])
      return JSON.parse(answer.join('')).bodyBytes
    }
  },
}

if (client === 'server') await serve()
else await upload(Number(megabytes))
