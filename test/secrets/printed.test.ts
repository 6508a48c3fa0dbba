import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { ntHashOf } from '../../packages/core/src/ntlm/response.js'
import { Canary, Exposed, Search } from './canary.js'
import { clients } from './clients.js'
import { compile } from './compiled.js'
import { handshakeSecrets } from './handshake-secrets.js'
import type { Order, Played } from './program.js'
import { scenes } from './scenes.js'
import { PASSWORD } from './secret-account.js'
import { type Stage, setStage } from './stage.js'

const ntHash = ntHashOf(PASSWORD)

/** What is left of the program, and what went over the wire meanwhile. */
interface Left {
  out: string
  error: string
  reports: string[]
  conversations: string[]
  exitCode: number
}

async function run(debug: string): Promise<Left> {
  const folder = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const compiled = compile('program.ts')
  onTestFinished(() => compiled.remove())
  const program = fork(compiled.file, {
    execArgv: ['--no-deprecation', '--report-uncaught-exception', `--report-directory=${folder}`],
    env: { ...process.env, NODE_DEBUG: debug },
    silent: true,
  })
  onTestFinished(() => void program.kill())
  const printed = Promise.all([text(program.stdout!), text(program.stderr!)])
  const exit = once(program, 'exit')
  await answerOf(program)
  const conversations: string[] = []
  for (const scene of Object.keys(scenes)) conversations.push(...(await play(program, scene)))
  tell(program, { do: 'fall' })
  const [exitCode] = await exit
  const [out, error] = await printed
  const reports = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  return { out, error, reports, conversations, exitCode }
}

/** What the program says next; it may as well have fallen over already. */
async function answerOf(program: ChildProcess): Promise<unknown[]> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  program.once('exit', leave)
  try {
    return await once(program, 'message', { signal: gone.signal })
  } finally {
    program.off('exit', leave)
  }
}

function tell(program: ChildProcess, order: Order): void {
  program.send(order)
}

async function play(program: ChildProcess, scene: string): Promise<string[]> {
  const stages: Record<string, Stage> = {}
  const targets: Record<string, { origin: string; ca?: string }> = {}
  const [first] = Object.keys(clients)
  for (const client of Object.keys(clients)) {
    const onAbort = () => {
      if (client === first) tell(program, { do: 'report' })
      tell(program, { do: 'abort', client })
    }
    const stage = await setStage(scenes[scene], { onAbort })
    stages[client] = stage
    targets[client] = { origin: stage.origin, ca: stage.ca }
  }
  tell(program, { do: 'play', scene, targets, ntHash: ntHash.toString('hex') })
  const [played] = (await answerOf(program)) as [Played]
  expect(Object.keys(played).sort()).toEqual(Object.keys(clients).sort())
  await Promise.all(Object.values(stages).map((stage) => stage.close()))
  return Object.values(stages).flatMap(({ conversations }) => conversations)
}

function exposedBy({ out, error, reports }: Left): Exposed[] {
  return [
    new Exposed('stdout', out),
    new Exposed('stderr', error),
    ...reports.map((report) => new Exposed('process.report', report)),
  ]
}

function searchFor({ conversations }: Left): Search {
  const handshakes = conversations.map((each) => handshakeSecrets(each, ntHash))
  const known = [Canary.ofText('password', PASSWORD), Canary.ofBytes('NT hash', ntHash)]
  return new Search([...known, ...handshakes.flatMap(({ keys, proofs }) => [...keys, ...proofs])])
}

it('a program that prints all it gets, reports, and falls over all its errors shows nothing secret', async () => {
  // What Node and undici print of what goes through them is none of ours, and has no token in it either.
  const left = await run('ntlmkit,http,https,net,tls,undici,fetch')
  expect(left.exitCode).not.toBe(0)
  expect(left.error).toMatch(/NTLMKIT \d+: #\d+ http.*HEAD ntlm negotiate: 401/)
  expect(left.error).toMatch(/NTLMKIT \d+: .* ERR_NTLM_REJECTED/)
  expect(left.error).toMatch(/AggregateError: Everything that failed/)
  expect(left.reports.filter((report) => report.includes('Everything that failed'))).toHaveLength(1)
  expect(left.reports.filter((report) => report.includes('JavaScript API'))).toHaveLength(2)
  expect(searchFor(left).leaks(exposedBy(left))).toEqual([])
}, 120_000)
