import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What curl got, and what it sent to get it. */
export interface CurlAnswer {
  status: number
  body: string
  /** The NTLM messages and SPNEGO tokens it sent, in order. */
  tokens: Buffer[]
}

/** Runs the command-line client, of which it takes the last answer. Other exit codes than 0 reject. */
export async function curl(args: readonly string[], env: Record<string, string> = {}): Promise<CurlAnswer> {
  const fixed = ['--silent', '--show-error', '--verbose', '--http1.1', '--write-out', '\n%{http_code}']
  const { stdout, stderr } = await run('curl', [...fixed, ...args], {
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
  })
  const end = stdout.lastIndexOf('\n')
  const sent = stderr.matchAll(/^> (?:Proxy-)?Authorization: \w+ (\S+)/gm)
  return {
    status: Number(stdout.slice(end + 1)),
    body: stdout.slice(0, end),
    tokens: Array.from(sent, ([, token]) => Buffer.from(token, 'base64')),
  }
}
