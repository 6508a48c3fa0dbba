import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Figures } from './figures.js'
import type { PartSettings, Progress } from './part.js'
import type { Settings } from './settings.js'
import type { Verdict } from './verdict.js'

export interface PartReport {
  figures: Figures
  verdicts: readonly Verdict[]
}

/** What a part tells the process that has started it. */
export type FromPart = { is: 'progress'; progress: Progress } | { is: 'report'; report: PartReport }

/** Each part makes requests of its own, and its servers serve no other. */
export function settingsOfParts({ processes, requests, seed, ...same }: Settings): PartSettings[] {
  return Array.from({ length: processes }, (_, number) => ({
    ...same,
    seed: seed + number,
    requests: Math.floor((requests + number) / processes),
  }))
}

/** Runs a part in a process of its own: one thread is not enough for the clients of a long run. */
export function forkPart(settings: PartSettings, tell: (progress: Progress) => void): Promise<PartReport> {
  return new Promise((resolve, reject) => {
    const part = fork(fileURLToPath(new URL('part-process.js', import.meta.url)), {
      serialization: 'advanced',
    })
    part.on('message', (message: FromPart) => {
      if (message.is === 'progress') tell(message.progress)
      else resolve(message.report)
    })
    part.once('exit', (code, signal) => reject(new Error(`A part of the run ended with ${signal ?? code}.`)))
    part.send(settings)
  })
}
