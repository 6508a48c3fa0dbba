// A private squid whose verdict is Samba's: a reverse proxy that asks with 401, a forward proxy with 407.
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './ports.mjs'
import { accepts, startProgram } from './process.mjs'
import { squidConfig } from './squid-config.mjs'
import { readAccessLog } from './squid-log.mjs'

const run = promisify(execFile)

export const squidPackages = ['squid-openssl', 'winbind']

/**
 * Starts squid on free loopback ports. Everything wants NTLM or Negotiate. The reverse proxy passes requests
 * to the upstream and says who asks in X-Authenticated-User, URL-encoded; the forward proxy goes to any
 * port of loopback.
 *
 * @param {string} dir for this instance alone; made when it is not there
 * @param {object} options
 * @param {{ configFile: string }} options.samba a domain that is running
 * @param {{ port: number }} options.upstream
 */
export async function startSquid(dir, { samba, upstream }) {
  mkdirSync(dir, { recursive: true })
  const sambaDir = dirname(samba.configFile)
  for (const entered of [dir, sambaDir]) openToHelpers(entered)
  // squid and its helpers give root up before they open their files.
  await run('chown', ['proxy:', dir])
  await run('chgrp', ['winbindd_priv', join(sambaDir, 'dc', 'state', 'winbindd_privileged')])
  const accessFile = join(dir, 'access.log')
  // Tests count lines; and a process id left by a crash may be somebody else's, which stops squid's start.
  for (const old of [accessFile, join(dir, 'squid.own-pid')]) rmSync(old, { force: true })

  const reversePort = await freePort()
  const forwardPort = await freePort()
  const configFile = join(dir, 'squid.conf')
  const settings = { dir, reversePort, forwardPort, upstreamPort: upstream.port }
  writeFileSync(configFile, squidConfig({ ...settings, sambaConfigFile: samba.configFile }))
  const { pid, stop } = await startProgram({
    name: 'squid',
    dir,
    command: '/usr/sbin/squid',
    // One process that stays in the foreground, and in whose memory all connections are.
    args: ['-N', '-f', configFile],
    ready: () => accepts({ port: reversePort, host: '127.0.0.1' }),
  })
  return {
    reverse: `http://localhost:${reversePort}`,
    forward: `http://localhost:${forwardPort}`,
    pid,
    stop,
    /** @param {{ after?: number, atLeast?: number }} [wanted] */
    accessLog: (wanted) => readAccessLog(accessFile, wanted),
  }
}

/**
 * Helpers run as proxy and read Samba's configuration, also in a directory of mkdtemp.
 *
 * @param {string} dir
 */
function openToHelpers(dir) {
  chmodSync(dir, 0o755)
  for (let parent = dirname(dir); parent !== dirname(parent); parent = dirname(parent)) {
    if ((statSync(parent).mode & 0o001) === 0) throw new Error(`lab: squid's helpers may not enter ${parent}`)
  }
}
