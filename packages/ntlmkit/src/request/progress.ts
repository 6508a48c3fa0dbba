import type { Screen } from '../screen.js'

/** How far a download is. */
export interface Progress {
  add(bytes: number): void
  stop(): void
}

const SILENT: Progress = { add() {}, stop() {} }
const MEGABYTE = 1_000_000

/** A bar on a terminal, and nothing where there is none: a log is no place for one. */
export async function progressOf(total: number | undefined, screen: Screen): Promise<Progress> {
  const { stderr } = screen.terminal
  if (stderr.isTTY !== true) return SILENT
  const { default: cliProgress } = await import('cli-progress')
  const counted = total === undefined ? '{megabytes} MB' : '{bar} {percentage}% {megabytes} of {all} MB'
  const bar = new cliProgress.SingleBar({
    stream: stderr as NodeJS.WritableStream,
    format: `${counted}, {duration_formatted}`,
    barsize: 30,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    hideCursor: true,
  })
  let done = 0
  const shown = () => ({ megabytes: (done / MEGABYTE).toFixed(1), all: ((total ?? 0) / MEGABYTE).toFixed(1) })
  bar.start(Math.max(total ?? 1, 1), 0, shown())
  return {
    add(bytes) {
      done += bytes
      bar.update(total === undefined ? 0 : done, shown())
    },
    stop: () => bar.stop(),
  }
}
