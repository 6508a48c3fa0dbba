import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ntHashOf } from '../../packages/core/src/ntlm/response.js'
import { Canary, Exposed, Search } from './canary.js'
import { lookedAt } from './clients.js'
import { compile } from './compiled.js'
import { handshakeSecrets } from './handshake-secrets.js'
import type { Target } from './performance.js'
import type { Order, Played } from './program.js'
import { scenes } from './scenes.js'
import { PASSWORD } from './secret-account.js'
import { type Stage, setStage } from './stage.js'

const ntHash = ntHashOf(PASSWORD)

/** What is left of the program, and what went over the wire meanwhile. */
export interface Left {
  /** By scene and client. */
  ends: Record<string, Played>
  exitCode: number
  out: string
  error: string
  /** Of `process.report`. */
  reports: string[]
  conversations: string[]
}

/**
 * Lets a program play every scene with all clients that are looked at, until it falls over.
 *
 * @param debug its NODE_DEBUG.
 */
export async function playProgram(debug: string): Promise<Left> {
  const folder = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
  const compiled = compile('program.ts')
  const program = fork(compiled.file, {
    execArgv: ['--no-deprecation', '--report-uncaught-exception', `--report-directory=${folder}`],
    env: { ...process.env, NODE_DEBUG: debug },
    silent: true,
  })
  try {
    const printed = Promise.all([text(program.stdout!), text(program.stderr!)])
    const exit = once(program, 'exit')
    await answerOf(program)
    const { ends, conversations } = await playAll(program)
    tell(program, { do: 'fall' })
    const [exitCode] = await exit
    const [out, error] = await printed
    const reports = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    return { ends, exitCode, out, error, reports, conversations }
  } finally {
    program.kill()
    compiled.remove()
    rmSync(folder, { recursive: true })
  }
}

/** What of the secrets of its account and its handshakes the program let out. */
export function leaksOf({ out, error, reports, conversations }: Left): string[] {
  const handshakes = conversations.map((each) => handshakeSecrets(each, ntHash))
  const known = [Canary.ofText('password', PASSWORD), Canary.ofBytes('NT hash', ntHash)]
  const search = new Search([...known, ...handshakes.flatMap(({ keys, proofs }) => [...keys, ...proofs])])
  return search.leaks([
    new Exposed('stdout', out),
    new Exposed('stderr', error),
    ...reports.map((report) => new Exposed('process.report', report)),
  ])
}

async function playAll(program: ChildProcess): Promise<Pick<Left, 'ends' | 'conversations'>> {
  const ends: Left['ends'] = {}
  const conversations: string[] = []
  for (const scene of Object.keys(scenes)) {
    const stages = await setStages(program, scene)
    const targets: Record<string, Target> = {}
    for (const [client, { origin, ca }] of Object.entries(stages)) targets[client] = { origin, ca }
    tell(program, { do: 'play', scene, targets, ntHash: ntHash.toString('hex') })
    ends[scene] = (await answerOf(program)) as Played
    for (const stage of Object.values(stages)) {
      conversations.push(...stage.conversations)
      await stage.close()
    }
  }
  return { ends, conversations }
}

/** A stage for each client; where they give up in the middle, the first of them reports before it does. */
async function setStages(program: ChildProcess, scene: string): Promise<Record<string, Stage>> {
  const stages: Record<string, Stage> = {}
  const [first] = Object.keys(lookedAt)
  for (const client of Object.keys(lookedAt)) {
    const onAbort = () => {
      if (client === first) tell(program, { do: 'report' })
      tell(program, { do: 'abort', client })
    }
    stages[client] = await setStage(scenes[scene], { onAbort })
  }
  return stages
}

function tell(program: ChildProcess, order: Order): void {
  program.send(order)
}

/** What the program says next; it may as well have fallen over already. */
async function answerOf(program: ChildProcess): Promise<unknown> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  program.once('exit', leave)
  try {
    const [answer] = await once(program, 'message', { signal: gone.signal })
    return answer
  } finally {
    program.off('exit', leave)
  }
}
