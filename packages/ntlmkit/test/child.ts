import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createNtlmServer, type NtlmServer, type NtlmServerOptions } from '@ntlmkit/server'
import { afterEach } from 'vitest'
import { runInPlace, type Shown } from './terminal.js'

/** The command as it is published. */
export const COMMAND = fileURLToPath(new URL('../dist/command.js', import.meta.url))

export const PASSWORD = 'Corr3ct-h0rse'
export const ALICE = { NTLM_USERNAME: 'LAB\\alice', NTLM_PASSWORD: PASSWORD }

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

interface Setting {
  env?: Record<string, string>
  /** For standard input, which is a pipe. */
  input?: string | Uint8Array
}

const children = new Set<ChildProcess>()
const servers: NtlmServer[] = []
const others: Server[] = []
const sockets = new Set<Socket>()

/** Starts `ntlmkit` as a process of its own: without a terminal, and with nothing of this process's environment. */
export function start(args: readonly string[], { env = {}, input }: Setting = {}): ChildProcess {
  if (!existsSync(COMMAND)) throw new Error('The command is not built: npm run build.')
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  child.stdin?.on('error', () => {}).end(input)
  return child
}

/** Runs the published `ntlmkit` as a process, to its end: where the process itself is the point. */
export function published(args: readonly string[], setting?: Setting): Promise<Outcome> {
  const child = start(args, setting)
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/** Runs `ntlmkit` to its end, in this process and without a terminal: its standard input is a pipe. */
export function ntlmkit(args: readonly string[], { env = {}, input }: Setting = {}): Promise<Shown> {
  return runInPlace(args, { env, input, isTTY: false })
}

/** A listening server for this test. */
export async function serve(options: Partial<NtlmServerOptions> = {}): Promise<NtlmServer> {
  const server = createNtlmServer({ users: { 'LAB\\alice': PASSWORD }, ...options })
  servers.push(server)
  return server.listen()
}

/** A server of no kind of ours, for this test: its URL. */
export async function listening(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await portOf(createServer(listener))}/`
}

/** The port that any server listens on, for this test. */
export async function portOf(server: Server): Promise<number> {
  others.push(server)
  // What a test ends with is of no interest.
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** The requests that a server saw: method, leg and status of each. */
export function seenBy({ log }: NtlmServer): string[] {
  return log.map(({ method, leg, status }) => `${method} ${leg} ${status}`)
}

/** Call it once in a test file: what the tests started ends with them. */
export function endAfterEach(): void {
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    for (const server of others.splice(0)) server.close()
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })
}
