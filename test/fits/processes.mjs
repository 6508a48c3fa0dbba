// Processes of the cells: as many at a time as there are cores, each with a deadline.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

let free = availableParallelism()
const waiting = []

/**
 * Runs a command to its end. One that outlives its deadline is killed with all its children.
 *
 * @returns {Promise<{ status: number | null, stdout: string, stderr: string, late: boolean }>}
 */
export async function run(command, args, { cwd, env = {}, seconds = 60 } = {}) {
  await turn()
  try {
    return await runNow(command, args, { cwd, env, seconds })
  } finally {
    yieldTurn()
  }
}

/** What there is to say of a process that failed, short enough for a row. */
export function failureOf({ status, stdout, stderr, late }, seconds) {
  if (late) return `did not end within ${seconds ?? 60} s: ${lastLines(stderr || stdout)}`
  return `exit ${status}: ${lastLines(stderr.trim() || stdout.trim())}`
}

function runNow(command, args, { cwd, env, seconds }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...inherited(), ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    let late = false
    const timer = setTimeout(() => {
      late = true
      process.kill(-child.pid, 'SIGKILL')
    }, seconds * 1000)
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => {
        output[name] += text
      })
    }
    child.on('error', reject)
    child.on('close', (status) => {
      clearTimeout(timer)
      resolve({ status, late, ...output })
    })
  })
}

/** Without what npm adds for scripts of this repository: a cell's own npm and Node must not see it. */
function inherited() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|NODE_|VITEST|JEST)/.test(name),
  )
  return Object.fromEntries(kept)
}

function lastLines(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(-12).join('\n         ').slice(-1500)
}

function turn() {
  if (free > 0) {
    free--
    return Promise.resolve()
  }
  return new Promise((resolve) => waiting.push(resolve))
}

function yieldTurn() {
  const next = waiting.shift()
  if (next) next()
  else free++
}

/** A function that is run when it is first called, and gives everybody the same outcome. */
export function once(make) {
  let made
  return () => {
    made ??= make()
    return made
  }
}
