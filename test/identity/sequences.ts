/** Which sequences are drawn. With what a failure prints, those of that failure. */
export interface Sequences {
  seed: number
  /** Sequences. */
  runs: number
  /** Commands of a sequence, at most. */
  commands: number
  /** Where in the tree of shrunk sequences the failure is, and which of its commands ran: fast-check's own words. */
  path?: string
  replayPath?: string
}

const { env } = process

/** What the environment says of the sequences to draw. */
export function sequencesFromEnvironment(): Partial<Sequences> {
  return {
    ...(env.NTLMKIT_SEED ? { seed: Number(env.NTLMKIT_SEED) } : {}),
    ...(env.NTLMKIT_COMMANDS ? { commands: Number(env.NTLMKIT_COMMANDS) } : {}),
    ...(env.NTLMKIT_PATH ? { path: env.NTLMKIT_PATH, replayPath: env.NTLMKIT_REPLAY_PATH } : {}),
  }
}

/**
 * How often each sequence runs: more than once for one that fails now and then, as the order in which sockets are read
 * is nobody's to draw.
 */
export function timesFromEnvironment(): number {
  return Number(env.NTLMKIT_TIMES ?? 1)
}

/** The command that draws a failed sequence again. */
export function howToRepeat(client: string, report: string, { seed, commands, path }: Sequences): string {
  const replayPath = /replayPath="([^"]*)"/.exec(report)?.[1] ?? ''
  const environment = [
    `NTLMKIT_SEED=${seed}`,
    `NTLMKIT_COMMANDS=${commands}`,
    `NTLMKIT_PATH=${path}`,
    `NTLMKIT_REPLAY_PATH=${replayPath}`,
  ]
  return `To repeat: ${environment.join(' ')} npx vitest run test/identity/model.test.ts -t '^${client},'`
}
