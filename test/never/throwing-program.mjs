// Makes requests whose connections cannot even be opened, as a program does that handles its errors, and prints one line
// of JSON: what each came to, and whether the process was to end. In a process of its own, for that is what is at stake.
import http from 'node:http'
import https from 'node:https'

const { clients, plain, secure, ca } = JSON.parse(process.argv[2])
const IDENTITY = { username: 'LAB\\alice', password: 'Passw0rd!', origins: '*' }
const POOL = { ca, freeSocketTimeout: 500 }
const LIMIT = 1200
const uncaught = []
process.on('uncaughtException', (error) => uncaught.push(String(error.code ?? error.message)))

const BAD = {
  'port 99999': { url: plain, options: { port: 99999 } },
  'localAddress nope': { url: plain, options: { localAddress: 'nope' } },
  'a bad cert': { url: secure, options: { cert: 'no certificate', key: 'no key' } },
  'bad ciphers': { url: secure, options: { ciphers: 'NO-SUCH-CIPHER' } },
}

function codeOf(error) {
  const { cause, code, name, message } = error
  return String(cause?.code ?? code ?? `${name}: ${message}`)
}

/** A status, `failed`, or that it hangs. */
async function outcome(call) {
  let timer
  const hangs = new Promise((resolve) => {
    timer = setTimeout(resolve, LIMIT, 'hangs')
  })
  try {
    return await Promise.race([Promise.resolve().then(call), hangs])
  } catch (error) {
    return codeOf(error).startsWith('ERR_NTLM') ? `blamed: ${codeOf(error)}` : 'failed'
  } finally {
    clearTimeout(timer)
  }
}

function ask(agents, url, options = {}) {
  return new Promise((resolve, reject) => {
    const isSecure = url.startsWith('https:')
    const { port = new URL(url).port } = options
    const agent = isSecure ? agents.https : agents.http
    const asked = { ...options, host: '127.0.0.1', port, path: '/', agent }
    const sent = (isSecure ? https : http).request(asked, (response) =>
      response.resume().on('end', () => resolve(response.statusCode)),
    )
    sent.on('error', reject)
    sent.end()
  })
}

const results = {}

async function onAgents() {
  const { ntlmAgents } = await import('@ntlmkit/agent')
  for (const [name, { url, options }] of Object.entries(BAD)) {
    for (const isWarm of [false, true]) {
      const agents = ntlmAgents(IDENTITY, POOL)
      if (isWarm) await outcome(() => ask(agents, url))
      const first = await outcome(() => ask(agents, url, options))
      const [beside, good] = await Promise.all([
        outcome(() => ask(agents, url, options)),
        outcome(() => ask(agents, url)),
      ])
      const behind = await outcome(() => ask(agents, url))
      const pool = isWarm ? 'sockets in the pool' : 'no sockets'
      results[`${name}, ${pool}`] = [first, beside, good, behind]
      agents.destroy()
    }
  }
}

const BAD_TLS = { cert: { cert: 'no certificate', key: 'no key' }, ciphers: { ciphers: 'NO-SUCH-CIPHER' } }

async function onDispatcher(name, options) {
  const { NtlmAgent } = await import('@ntlmkit/undici')
  const { request } = await import('undici')
  const agent = new NtlmAgent({ ...IDENTITY, ...options })
  const ofUndici = () => request(secure, { dispatcher: agent }).then(({ statusCode }) => statusCode)
  const ofFetch = () => fetch(secure, { dispatcher: agent }).then(({ status }) => status)
  const inTurn = [await outcome(ofUndici), await outcome(ofUndici), await outcome(ofFetch)]
  const atOnce = await Promise.all([outcome(ofUndici), outcome(ofUndici)])
  const closed = await outcome(() => agent.close().then(() => 'closed'))
  results[name] = [...inTurn, ...atOnce, closed]
}

async function withUndici() {
  for (const [name, options] of Object.entries(BAD_TLS)) {
    await onDispatcher(`a bad connect.${name}`, { connect: { ca, ...options } })
  }
}

async function withAxios() {
  const { ntlm } = await import('@ntlmkit/axios')
  const { default: axios } = await import('axios')
  for (const [name, options] of Object.entries(BAD_TLS)) {
    const instance = ntlm(axios.create(), IDENTITY, { ...POOL, ...options })
    const call = () => instance.get(secure).then(({ status }) => status)
    results[`a bad ${name}`] = [await outcome(call), await outcome(call)]
  }
}

async function withGot() {
  const { ntlm } = await import('@ntlmkit/got')
  const { default: got } = await import('got')
  for (const [name, options] of Object.entries(BAD_TLS)) {
    const instance = got.extend(ntlm(IDENTITY, { ...POOL, ...options }), { retry: { limit: 0 } })
    const call = () => instance(secure).then(({ statusCode }) => statusCode)
    results[`a bad ${name}`] = [await outcome(call), await outcome(call)]
  }
}

await { 'http.request': onAgents, undici: withUndici, axios: withAxios, got: withGot }[clients]()
process.stdout.write(JSON.stringify({ results, uncaught }), () => process.exit())
