// What the library says when something is wrong, by making it wrong: each scene is a server, a client and one mistake.
import { Readable } from 'node:stream'
import { request } from 'undici'
import { diagnose } from '../../packages/inspect/dist/index.js'
import { createNtlmServer } from '../../packages/server/dist/index.js'
import { NtlmAgent } from '../../packages/undici/dist/index.js'

export const SHOWN_PROGRAM = `const dispatcher = new NtlmAgent({ username, password, origins, strict: true })
try {
  await request(url, { dispatcher })
} catch (error) {
  console.error(\`\${error.code}: \${error.message}\`)
  for (const { likelihood, id, evidence, nextStep } of error.findings) {
    console.error(\`  \${likelihood} \${id}: \${evidence}\\n    -> \${nextStep}\`)
  }
}`

const ALICE = { username: 'LAB\\alice', password: 'Passw0rd!' }
const users = { [ALICE.username]: ALICE.password }

/**
 * @typedef {object} Scene
 * @property {string} symptom
 * @property {string} title
 * @property {object} [server] options of createNtlmServer
 * @property {object} [client] options of NtlmAgent
 * @property {object} [sent] of the request
 * @property {number} [times] the request is made, one after the other; the last counts
 */

/** @type {Scene[]} */
const SCENES = [
  {
    symptom: '401 although the password is right',
    title: "A server that requires channel binding, and `channelBinding: 'none'`",
    server: { tls: true, channelBinding: 'require' },
    client: { channelBinding: 'none' },
  },
  {
    symptom: '401 although the password is right',
    title: 'The password is wrong after all, or the account disabled, locked, expired',
    client: { password: 'Passw0rd?' },
  },
  {
    symptom: '401 and no log-on was tried',
    title: 'The list has another port',
    client: { origins: 'http://127.0.0.1' },
  },
  {
    symptom: '401 and no log-on was tried',
    title: 'The server offers Basic only',
    server: {
      anonymous: ['/*'],
      handler: (_request, response) => {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="intranet"' }).end()
      },
    },
  },
  {
    symptom: 'it worked, and then a 401',
    title: 'The second request behind a wrong password',
    client: { password: 'Passw0rd?' },
    times: 2,
  },
  {
    symptom: 'works with curl or a browser, not here',
    title: 'Another domain than the one that the server is in',
    client: { username: 'OTHER\\alice' },
  },
  {
    symptom: 'works on another machine, not here',
    title: 'An option sends a workstation',
    client: { password: 'Passw0rd?', workstation: 'CI-7' },
  },
  {
    symptom: 'the connection closes or resets',
    title: 'The CHALLENGE comes with `Connection: close`',
    server: { close: 'with-challenge' },
  },
  {
    symptom: 'the connection closes or resets',
    title: 'The connection closes behind the CHALLENGE, without a word',
    server: { close: 'after-challenge' },
  },
  {
    symptom: 'nothing comes, until a time-out',
    title: 'A password function that does not answer',
    client: { password: () => new Promise(() => {}), handshakeTimeout: 250 },
  },
  {
    symptom: '407 from a proxy',
    title: 'A proxy on the way',
    server: { proxy: true },
  },
  {
    symptom: 'uploads fail, downloads work',
    title: 'A stream, a server that lets HEAD and / pass, and asks at the upload only',
    server: { head: 200, anonymous: ['/'] },
    sent: { method: 'POST', path: 'upload', body: () => Readable.from(['some ', 'bytes']) },
  },
]

/** Answers that are no errors, and what they show all the same. */
const ANSWERS = [
  {
    symptom: 'a page that is not the one asked for',
    status: 302,
    fields: { Location: '/_login/default.aspx?ReturnUrl=%2f_layouts%2f15%2fstart.aspx' },
  },
  { symptom: '503', status: 503, fields: { Server: 'Microsoft-HTTPAPI/2.0', Connection: 'close' } },
]

/** The outputs of all scenes, by the symptom. */
export async function outputs() {
  // Those of the mistakes that are made here on purpose.
  process.removeAllListeners('warning')
  /** @type {Record<string, { title: string, output: string }[]>} */
  const shown = {}
  for (const scene of SCENES) {
    const output = alike(await outputOf(scene))
    shown[scene.symptom] = [...(shown[scene.symptom] ?? []), { title: scene.title, output }]
  }
  for (const answer of ANSWERS) {
    const title = `What \`npx ntlmkit probe\` finds in the ${answer.status}, which is no error`
    shown[answer.symptom] = [{ title, output: alike(await findingsOf(answer)) }]
  }
  return shown
}

async function findingsOf({ status, fields }) {
  const handler = (_request, response) => response.writeHead(status, fields).end()
  const server = await createNtlmServer({ users, anonymous: ['/*'], handler }).listen()
  try {
    const { statusCode, headers } = await request(server.url)
    const exchange = { method: 'GET', url: server.url, request: {}, status: statusCode, response: headers }
    return findingLines(diagnose({ origin: server.origin, exchanges: [exchange] })).join('\n')
  } finally {
    await server.close()
  }
}

/** @param {Scene} scene */
async function outputOf({ title, server: modes = {}, client = {}, sent = {}, times = 1 }) {
  const server = await createNtlmServer({ users, ...modes }).listen()
  const connect = server.ca === undefined ? {} : { ca: server.ca }
  const dispatcher = new NtlmAgent({ ...ALICE, origins: server.origin, strict: true, connect, ...client })
  try {
    const { path = '', body, ...options } = sent
    const call = () => request(`${server.url}${path}`, { dispatcher, body: body?.(), ...options })
    for (let time = 1; time < times; time++) await call().catch(() => {})
    const { statusCode } = await call()
    throw new Error(`The scene "${title}" was answered with ${statusCode}.`)
  } catch (error) {
    if (error.findings === undefined) throw error
    return outputFor(error)
  } finally {
    await dispatcher.destroy()
    await server.close()
  }
}

function outputFor({ code, message, findings }) {
  return [`${code}: ${message}`, ...findingLines(findings).map((line) => line.replaceAll(/^/gm, '  '))].join(
    '\n',
  )
}

function findingLines(findings) {
  return findings.map(({ likelihood, id, evidence, nextStep }) => {
    return `${likelihood} ${id}: ${evidence}\n  -> ${nextStep}`
  })
}

/** What is another each time: ports, times, certificates. */
function alike(text) {
  return text
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:8080')
    .replaceAll(/the request's \d{4,5}/g, "the request's 8080")
    .replaceAll(/until \d\d:\d\d:\d\d(?= UTC)/g, 'until 09:31:00')
    .replaceAll(/ at \d\d:\d\d:\d\d(?= UTC)/g, ' at 09:30:00')
    .replaceAll(/\b[0-9A-F]{2}(:[0-9A-F]{2}){19,}\b|\b[0-9a-f]{64}\b/g, '1F:0A:...')
}
