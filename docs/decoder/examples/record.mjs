// Records the examples of the page: real messages between curl or our initiator and servers of ours, on loopback. Names
// and addresses are made up. Run it after `npm run build`; the messages are other ones each time.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { promisify } from 'node:util'
import { Credentials, NtlmInitiator, SpnegoInitiator } from '../../../packages/core/dist/index.js'
import { createNtlmServer } from '../../../packages/server/dist/index.js'

const run = promisify(execFile)

const HOST = 'intranet.corp.example'
const ADDRESS = '192.0.2.10'
const account = { username: 'CORP\\alice', password: 'correct horse battery staple' }

const names = (computer) => ({
  netbiosDomain: 'CORP',
  netbiosComputer: computer,
  dnsDomain: 'corp.example',
  dnsComputer: `${computer.toLowerCase()}.corp.example`,
  dnsTree: 'corp.example',
})

const server = (computer, options) =>
  createNtlmServer({
    users: { [account.username]: account.password },
    names: names(computer),
    handler: (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('Hello.\n'),
    ...options,
  }).listen()

const credential = await new Credentials(account).resolve()

await wrongPassword()
await spnego()
await challenge()
await severalConnections()

async function wrongPassword() {
  const web = await server('WEB1', { schemes: ['negotiate', 'ntlm'], mic: 'accept' })
  const { port } = new URL(web.origin)
  const { stderr } = await run('curl', [
    ...['-v', '--ntlm', '--user', 'CORP\\alice:Summer2024', '--connect-to', `${HOST}:80:127.0.0.1:${port}`],
    `http://${HOST}/reports/`,
  ])
  await web.close()
  write(
    'wrong-password.txt',
    `$ curl -v --ntlm --user 'CORP\\alice' http://${HOST}/reports/\n${tidy(stderr, port)}`,
  )
}

/** The address is none of a machine, and progress is no part of a log. */
function tidy(log, port) {
  return log
    .split(/\r?\n/)
    .filter((line) => /^[*<>]/.test(line))
    .map((line) =>
      line.replaceAll('127.0.0.1', ADDRESS).replaceAll(port, '80').replaceAll('(nil)', HOST).trimEnd(),
    )
    .join('\n')
    .concat('\n')
}

async function spnego() {
  const web = await server('WEB1', { schemes: ['negotiate'] })
  const mechanism = new NtlmInitiator({
    credential,
    targetName: `HTTP/${HOST}`,
    services: { integrity: true },
  })
  const log = await conversation(web, 'Negotiate', new SpnegoInitiator({ mechanism }))
  await web.close()
  write('spnego.txt', log.map(headOf).join('\n'))
}

async function challenge() {
  const web = await server('SRV-SHAREPOINT', { schemes: ['ntlm'] })
  const log = await conversation(web, 'NTLM', new NtlmInitiator({ credential }))
  await web.close()
  write('challenge.txt', `WWW-Authenticate: ${log[1].response['www-authenticate']}\n`)
}

/** A balancer that spreads the legs of one handshake over two servers, as it does with every second connection. */
async function severalConnections() {
  const [one, two] = [
    await server('WEB1', { schemes: ['ntlm'] }),
    await server('WEB2', { schemes: ['ntlm'] }),
  ]
  const initiator = () => new NtlmInitiator({ credential, targetName: `HTTP/${HOST}` })
  const [kept, spread, spreadAgain] = await Promise.all([
    conversation(one, 'NTLM', initiator(), '/'),
    conversation([one, one, two], 'NTLM', initiator(), '/api/reports'),
    conversation([two, two, one], 'NTLM', initiator(), '/api/people'),
  ])
  await Promise.all([one.close(), two.close()])
  const entries = [
    ...entriesOf(kept, '41'),
    ...entriesOf(spread, '57'),
    ...entriesOf(spreadAgain, '58'),
  ].sort((a, b) => (a.startedDateTime < b.startedDateTime ? -1 : 1))
  const har = { log: { version: '1.2', creator: { name: 'recorded', version: '1' }, pages: [], entries } }
  write('several-connections.har', `${JSON.stringify(har, null, 1)}\n`)
}

/** One request without a token and one for each step, to one server or to one each. */
async function conversation(servers, scheme, initiator, path = '/') {
  const at = (leg) => (Array.isArray(servers) ? servers[leg] : servers)
  const agents = new Map()
  const exchanges = []
  let token
  for (let leg = 0; leg < 3; leg++) {
    const target = at(leg)
    if (!agents.has(target)) agents.set(target, new Agent({ keepAlive: true, maxSockets: 1 }))
    const authorization =
      leg === 0 ? {} : { authorization: `${scheme} ${base64(initiator.step(token).token)}` }
    const exchange = await exchanged(target, agents.get(target), path, authorization)
    exchanges.push(exchange)
    token = tokenOf(exchange.response['www-authenticate'], scheme)
  }
  for (const agent of agents.values()) agent.destroy()
  return exchanges
}

function base64(bytes) {
  return Buffer.from(bytes).toString('base64')
}

function tokenOf(field, scheme) {
  const found = new RegExp(`\\b${scheme} ([A-Za-z0-9+/=]+)`).exec(String(field ?? ''))
  return found === null ? undefined : Buffer.from(found[1], 'base64')
}

function exchanged(target, agent, path, fields) {
  const sent = { host: HOST, 'user-agent': 'recorded', accept: '*/*', ...fields }
  const startedAt = new Date()
  return new Promise((resolve, reject) => {
    const outgoing = request(`${target.origin}${path}`, { agent, headers: sent }, (incoming) => {
      incoming.resume().on('end', () => {
        const { statusCode: status, statusMessage: reason, headers: response } = incoming
        resolve({
          path,
          sent,
          status,
          reason,
          response,
          startedAt,
          milliseconds: Date.now() - startedAt.getTime(),
        })
      })
    })
    outgoing.on('error', reject).end()
  })
}

function headOf({ path, sent, status, reason, response }) {
  const { authorization } = sent
  const request = [
    `GET ${path} HTTP/1.1`,
    `Host: ${HOST}`,
    authorization && `Authorization: ${authorization}`,
  ]
  const answer = [`HTTP/1.1 ${status} ${reason}`, `WWW-Authenticate: ${response['www-authenticate']}`]
  return [...request.filter(Boolean), '', ...answer, ''].join('\n')
}

function entriesOf(exchanges, connection) {
  return exchanges.map(({ path, sent, status, reason, response, startedAt, milliseconds }) => ({
    startedDateTime: startedAt.toISOString(),
    time: milliseconds,
    connection,
    serverIPAddress: ADDRESS,
    request: {
      method: 'GET',
      url: `http://${HOST}${path}`,
      httpVersion: 'HTTP/1.1',
      headers: fieldsOf(sent),
      queryString: [],
      cookies: [],
      headersSize: -1,
      bodySize: 0,
    },
    response: {
      status,
      statusText: reason,
      httpVersion: 'HTTP/1.1',
      headers: fieldsOf(response),
      cookies: [],
      content: { size: 0, mimeType: 'text/plain' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: milliseconds, receive: 0 },
  }))
}

function fieldsOf(head) {
  return Object.entries(head).map(([name, value]) => ({ name, value: String(value) }))
}

function write(name, content) {
  writeFileSync(new URL(name, import.meta.url), content)
}
