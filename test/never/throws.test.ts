import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createNtlmServer } from '@ntlmkit/server'
import { expect, it, onTestFinished } from 'vitest'
import { makeCertificates } from '../fault-server/certificates.js'
import { ALICE } from '../wire.js'

const run = promisify(execFile)
const program = fileURLToPath(new URL('throwing-program.mjs', import.meta.url))

interface Left {
  results: Record<string, (string | number)[]>
  uncaught: string[]
}

/** What the program prints of these clients; fails where it does not come to its end. */
async function leftOfProgram(clients: string): Promise<Left> {
  const { ca, leaves } = await makeCertificates()
  const users = { [ALICE.username]: ALICE.password }
  const plain = await createNtlmServer({ users }).listen()
  const secure = await createNtlmServer({ users, tls: leaves[0] }).listen()
  onTestFinished(async () => void (await Promise.all([plain.close(), secure.close()])))
  const target = JSON.stringify({ clients, plain: plain.url, secure: secure.url, ca })
  const { stdout } = await run(process.execPath, [program, target], { timeout: 19_000 }).catch(
    ({ killed, stderr }) => {
      throw new Error(killed ? 'The program hung.' : `The program ended: ${stderr}`)
    },
  )
  return JSON.parse(stdout) as Left
}

/** The bad request, another beside a good one, that good one, and one behind them. */
const ALONE = ['failed', 'failed', 200, 200]

const ON_AGENTS = Object.fromEntries(
  ['port 99999', 'localAddress nope', 'a bad cert', 'bad ciphers'].flatMap((bad) => [
    [`${bad}, no sockets`, ALONE],
    [`${bad}, sockets in the pool`, ALONE],
  ]),
)

/** Three requests in turn, two at once, and `close()`. */
const SETTLES = ['failed', 'failed', 'failed', 'failed', 'failed', 'closed']
const ON_DISPATCHER = {
  'a bad connect.cert': SETTLES,
  'a bad connect.ciphers': SETTLES,
}
const TWICE = { 'a bad cert': ['failed', 'failed'], 'a bad ciphers': ['failed', 'failed'] }

it.each([
  ['http.request', ON_AGENTS],
  ['undici', ON_DISPATCHER],
  ['axios', TWICE],
  ['got', TWICE],
])(
  'principle 7: with %s, what is thrown while a connection is opened fails that request alone',
  async (clients, expected) => {
    const { results, uncaught } = await leftOfProgram(clients)
    expect(results).toEqual(expected)
    expect(uncaught).toEqual([])
  },
)
