// A private squid that opens tunnels to loopback for anybody: the proxy between a client and the servers of the lab.
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './ports.mjs'
import { accepts, startProgram } from './process.mjs'
import { ALONE } from './squid-config.mjs'
import { readAccessLog } from './squid-log.mjs'

const run = promisify(execFile)

export const openSquidPackages = ['squid-openssl']

/**
 * Starts squid on a free loopback port.
 *
 * @param {string} dir for this instance alone; made when it is not there
 */
export async function startOpenSquid(dir) {
  mkdirSync(dir, { recursive: true })
  chmodSync(dir, 0o755)
  // squid gives root up before it opens its files.
  await run('chown', ['proxy:', dir])
  const accessFile = join(dir, 'access.log')
  for (const old of [accessFile, join(dir, 'squid.own-pid')]) rmSync(old, { force: true })
  const port = await freePort()
  const configFile = join(dir, 'squid.conf')
  writeFileSync(configFile, config(dir, port))
  const { pid, stop } = await startProgram({
    name: 'open-squid',
    dir,
    command: '/usr/sbin/squid',
    args: ['-N', '-f', configFile],
    ready: () => accepts({ port, host: '127.0.0.1' }),
  })
  return {
    url: `http://127.0.0.1:${port}`,
    pid,
    stop,
    /**
     * The ports by which squid came to a server for its tunnels; it writes of one when it has ended.
     *
     * @param {string} host the server's name and port
     */
    async tunnelPorts(host) {
      const lines = await readAccessLog(accessFile)
      const tunnels = lines.filter(
        ({ method, url, status }) => method === 'CONNECT' && url === host && status === 200,
      )
      return tunnels.map(({ remotePort }) => remotePort)
    },
  }
}

/**
 * @param {string} dir
 * @param {number} port
 */
function config(dir, port) {
  return `visible_hostname localhost
pid_filename ${dir}/squid.own-pid
cache_log ${dir}/cache.log
coredump_dir ${dir}
cache_effective_user proxy
shutdown_lifetime 0 seconds

${ALONE}

http_access allow to_localhost
http_access deny all
http_port 127.0.0.1:${port}

# Where a client's port would stand: squid's own, to the server.
logformat requests %rm %ru %>Hs %#un %<lp %>st %>sh %Ss
access_log stdio:${dir}/access.log logformat=requests
`
}
