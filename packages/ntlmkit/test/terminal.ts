import { PassThrough } from 'node:stream'
import { type ExitCode, run } from '../src/index.js'

export interface Shown {
  code: ExitCode
  stdout: string
  stderr: string
}

interface Surroundings {
  env?: Record<string, string>
  /** What somebody types; without it there is no terminal. */
  typed?: string
}

/** Runs a command in this process, on streams that can be terminals. */
export async function onTerminal(
  args: readonly string[],
  { env = {}, typed }: Surroundings = {},
): Promise<Shown> {
  const isTTY = typed !== undefined
  const [stdin, stdout, stderr] = [0, 1, 2].map(() =>
    Object.assign(new PassThrough(), { isTTY, columns: 80 }),
  )
  const texts = { stdout: '', stderr: '' }
  stdout.on('data', (chunk) => {
    texts.stdout += chunk
  })
  stderr.on('data', (chunk) => {
    texts.stderr += chunk
    // Typed once the question is there, and listened for: what comes earlier is nobody's answer.
    if (typed === undefined || !/password|hash/i.test(texts.stderr)) return
    setImmediate((keys: string) => stdin.write(keys), typed)
    typed = undefined
  })
  const code = await run(args, { stdin, stdout, stderr, env, interrupted: async () => {} })
  return { code, ...texts }
}
