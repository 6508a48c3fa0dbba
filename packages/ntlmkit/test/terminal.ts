import { PassThrough } from 'node:stream'
import { type ExitCode, run } from '../src/index.js'

export interface Shown {
  code: ExitCode
  stdout: string
  stderr: string
}

interface Surroundings {
  env?: Record<string, string>
  /** What somebody types. */
  typed?: string
}

interface InPlace extends Surroundings {
  isTTY: boolean
  /** For standard input, where it is a pipe. */
  input?: string | Uint8Array | undefined
}

/** Runs a command in this process, on streams that are terminals if somebody types. */
export function onTerminal(args: readonly string[], { env, typed }: Surroundings = {}): Promise<Shown> {
  return runInPlace(args, { env, typed, isTTY: typed !== undefined })
}

/** Runs a command in this process, on streams of its own. */
export async function runInPlace(
  args: readonly string[],
  { env = {}, typed, isTTY, input }: InPlace,
): Promise<Shown> {
  const [stdin, stdout, stderr] = [0, 1, 2].map(() =>
    Object.assign(new PassThrough(), { isTTY, columns: 80 }),
  )
  if (!isTTY) stdin.end(input)
  const texts = { stdout: '', stderr: '' }
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    texts.stdout += chunk
  })
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    texts.stderr += chunk
    // Typed once the question is there, and listened for: what comes earlier is nobody's answer.
    if (typed === undefined || !/password|hash/i.test(texts.stderr)) return
    setImmediate((keys: string) => stdin.write(keys), typed)
    typed = undefined
  })
  const code = await run(args, { stdin, stdout, stderr, env, interrupted: async () => {} })
  // What was written last is read in a later turn.
  await new Promise((resolve) => setImmediate(resolve))
  return { code, ...texts }
}
