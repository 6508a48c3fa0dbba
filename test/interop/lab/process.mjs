// Children of the laboratory: started with a log and a pid file, stopped by process id, never by name.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** In the environment of all that is started: the pid file's path. */
const markVariable = 'NTLMKIT_LAB_PID_FILE'

const pollMs = 20
const termMs = 10_000
/** What a crash has orphaned does not always listen: an Apache worker waits for its parent's word. */
const orphanTermMs = 1_000
const killMs = 5_000

/**
 * @typedef {object} Program
 * @property {string} name of the log and the pid file
 * @property {string} dir where both are written
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} [env] added to this process's own
 * @property {() => boolean | Promise<boolean>} ready whether it serves
 * @property {number} [timeoutMs] how long it may take to get there
 */

/**
 * Starts a program that stays in the foreground, in a session of its own, and waits until it serves. It
 * outlives this process unless stopped; `stopDirectory` finds it again through its pid file.
 *
 * @param {Program} program
 * @returns {Promise<{ pid: number, stop(): Promise<void> }>}
 */
export async function startProgram({ name, dir, command, args, env, ready, timeoutMs = 20_000 }) {
  mkdirSync(dir, { recursive: true })
  const pidFile = join(dir, `${name}.pid`)
  await stopPidFile(pidFile)
  const logFile = join(dir, `${name}.log`)
  const log = openSync(logFile, 'a')
  const child = spawn(command, args, {
    cwd: dir,
    detached: true,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env, [markVariable]: pidFile },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let failure
  child.once('error', (error) => {
    failure = error.message
  })
  child.once('exit', (code, signal) => {
    failure = `ended with ${signal ?? code}`
  })
  if (child.pid !== undefined) writePidFile(pidFile, child.pid)
  const stop = () => stopPidFile(pidFile)
  const deadline = Date.now() + timeoutMs
  while (!(await ready())) {
    if (Date.now() > deadline) failure ??= `not ready after ${timeoutMs} ms`
    if (failure !== undefined) {
      await stop()
      throw new Error(`lab: ${name} ${failure}; its log ends with\n${tail(logFile)}`)
    }
    await sleep(pollMs)
  }
  child.unref()
  return { pid: child.pid, stop }
}

/**
 * Stops every program whose pid file lies directly in a directory.
 *
 * @param {string} dir
 * @returns {Promise<string[]>} the names of those that were still running
 */
export async function stopDirectory(dir) {
  const stopped = []
  for (const file of readdirSync(dir).filter((entry) => entry.endsWith('.pid'))) {
    if (await stopPidFile(join(dir, file))) stopped.push(file.slice(0, -'.pid'.length))
  }
  return stopped
}

/**
 * Whether something accepts connections.
 *
 * @param {import('node:net').NetConnectOpts} target
 * @returns {Promise<boolean>}
 */
export function accepts(target) {
  return new Promise((resolve) => {
    const socket = connect(target)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/**
 * A process id alone may have been given to a stranger since; together with the start time it may not.
 *
 * @param {string} pidFile
 * @param {number} pid
 */
function writePidFile(pidFile, pid) {
  const started = statusOf(pid)?.started
  if (started !== undefined) writeFileSync(pidFile, `${pid}\n${started}\n`)
}

/**
 * @param {string} pidFile
 * @returns {Promise<boolean>} whether there was something to stop
 */
async function stopPidFile(pidFile) {
  const [pid, started] = readIfThere(pidFile).trim().split('\n').map(Number)
  if (!Number.isInteger(pid) || !Number.isInteger(started)) return false
  const members = () => family(pid, started, pidFile)
  const before = members()
  if (before.size > 0) {
    const orphaned = !before.has(pid)
    // The first process ends its own children in order; they are only pressed when it is gone already.
    signal(orphaned ? [...before.keys()] : [pid], 'SIGTERM')
    const remaining = () => new Map([...stillAlive(before), ...members()])
    const left = () => [...remaining().keys()]
    if (!(await isEmpty(remaining, orphaned ? orphanTermMs : termMs))) signal(left(), 'SIGKILL')
    if (!(await isEmpty(remaining, killMs))) throw new Error(`lab: ${left()} does not end`)
  }
  rmSync(pidFile, { force: true })
  return before.size > 0
}

/**
 * The started process and what descends from it. Its session bears its id, so most of it is found even when
 * the first process has crashed, and then must bear our mark too. Descendants may have sessions of their own.
 *
 * @param {number} pid
 * @param {number} started
 * @param {string} pidFile
 * @returns {Map<number, number>} start time by process id
 */
function family(pid, started, pidFile) {
  const first = statusOf(pid)
  if (first !== undefined && first.started !== started) return new Map()
  const all = allProcesses()
  const found = new Map()
  const take = (process) => {
    if (found.has(process.pid)) return
    found.set(process.pid, process.started)
    for (const child of all) if (child.parent === process.pid) take(child)
  }
  for (const process of all) {
    if (process.session === pid && (first !== undefined || hasMark(process.pid, pidFile))) take(process)
  }
  return found
}

/**
 * @param {number} pid
 * @param {string} pidFile
 */
function hasMark(pid, pidFile) {
  return readIfThere(`/proc/${pid}/environ`).split('\0').includes(`${markVariable}=${pidFile}`)
}

function allProcesses() {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => statusOf(Number(entry)))
    .filter((status) => status !== undefined && status.state !== 'Z')
}

/** @param {Map<number, number>} processes */
function stillAlive(processes) {
  return [...processes].filter(([pid, started]) => {
    const status = statusOf(pid)
    return status?.started === started && status.state !== 'Z'
  })
}

/**
 * Fields of /proc/PID/stat; the name before them may contain blanks and parentheses.
 *
 * @param {number} pid
 */
function statusOf(pid) {
  const stat = readIfThere(`/proc/${pid}/stat`)
  if (stat === '') return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [parent, session, started] = [1, 3, 19].map((index) => Number(fields[index]))
  return { pid, state: fields[0], parent, session, started }
}

/**
 * @param {number[]} pids
 * @param {NodeJS.Signals} name
 */
function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
  }
}

/**
 * @param {() => Map<number, number>} members
 * @param {number} timeoutMs
 */
async function isEmpty(members, timeoutMs) {
  const deadline = Date.now() + timeoutMs
  while (members().size > 0) {
    if (Date.now() > deadline) return false
    await sleep(pollMs)
  }
  return true
}

/** @param {string} file */
function tail(file) {
  return readIfThere(file).slice(-2000)
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return ''
    throw error
  }
}
