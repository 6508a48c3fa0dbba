// What a client holds while a server answers a leg without end, in bytes beyond what it held before, and how it ended:
// printed for these clients and every such answer, and for one that keeps all it reads.
// `node --expose-gc test/memory/endless-answers.mjs 'undici request' got`; without a name, for all of them.
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { uploads } from './upload-clients.mjs'

const server = new Worker(new URL('endless-server.mjs', import.meta.url))
const [origin] = await once(server, 'message')

let socket
subscribe('net.client.socket', (message) => {
  socket = message.socket
})

/** What is alive: garbage that waits to be collected is nobody's, and is counted until V8 has swept it. */
async function held() {
  for (let i = 0; i < 2; i++) {
    globalThis.gc()
    await delay(1)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function attack(upload, answer, measure) {
  server.postMessage(answer)
  const before = measure ? await held() : 0
  const ended = upload(`${origin}/`).then(
    () => 'an answer',
    (error) => error.code ?? error.cause?.code ?? error.cause?.name ?? error.name,
  )
  const [{ bytes }] = await once(server, 'message')
  while (socket.bytesRead < bytes) await delay(1)
  const most = measure ? (await held()) - before : 0
  server.postMessage('go on')
  return { most, ended: await ended }
}

/** What a client would be that drains nothing: the measure must see it. */
function hoarder(url) {
  return new Promise((_resolve, reject) => {
    const kept = []
    get(url, (response) => {
      response.on('data', (chunk) => kept.push(chunk))
      response.on('error', () => reject(new Error(`It has kept ${kept.length} pieces.`)))
    })
  })
}

const named = process.argv.slice(2)
const figures = {}
for (const [client, upload] of Object.entries(uploads)) {
  if (named.length > 0 && !named.includes(client)) continue
  figures[client] = {}
  for (const answer of ['body', 'interim']) {
    // What is loaded and compiled once is no growth.
    await attack(upload, answer, false)
    figures[client][answer] = await attack(upload, answer, true)
  }
}
figures.hoarder = { body: await attack(hoarder, 'body', true) }
console.log(JSON.stringify(figures))
process.exit()
