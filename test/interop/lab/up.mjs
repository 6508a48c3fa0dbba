// Starts the laboratory and leaves it running: node up.mjs DIRECTORY; down.mjs stops it.
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apachePackages, startApache } from './apache.mjs'
import { makeCertificate } from './certificates.mjs'
import { channelBindingPackages, startChannelBindingFront } from './channel-binding-front.mjs'
import { labUsers } from './lab-users.mjs'
import { install } from './packages.mjs'
import { freePort } from './ports.mjs'
import { accepts, startProgram } from './process.mjs'
import { sambaPackages, startSamba } from './samba.mjs'
import { squidPackages, startSquid } from './squid.mjs'

const [argument] = process.argv.slice(2)
if (argument === undefined) throw new Error('usage: node up.mjs DIRECTORY')
const dir = resolve(argument)

const packages = [...apachePackages, ...sambaPackages, ...squidPackages, ...channelBindingPackages]
await install([...new Set(packages)])
const [apache, { front, squid }, sha256, sha384] = await Promise.all([
  startApache(join(dir, 'apache'), { users: labUsers }),
  startBehindSamba(),
  startBound('sha256'),
  startBound('sha384'),
])
console.log(
  JSON.stringify(
    {
      apache: { http: apache.http, https: apache.https, ca: apache.ca },
      ntlmAuthFront: { url: front },
      squid: { reverse: squid.reverse, forward: squid.forward },
      channelBinding: [sha256, sha384].map(({ url, ca }) => ({ url, ca })),
      users: labUsers,
    },
    null,
    2,
  ),
)

async function startBehindSamba() {
  const samba = await startSamba(join(dir, 'samba'), { users: labUsers })
  const [front, upstream] = await Promise.all([
    startOwn('front', 'ntlm-auth-front-main.mjs', dirname(samba.configFile)),
    startOwn('upstream', 'squid-upstream-main.mjs'),
  ])
  const squid = await startSquid(join(dir, 'squid'), { samba, upstream })
  return { front: `http://localhost:${front.port}`, squid }
}

/**
 * Starts a server of ours as a process of its own, whose last argument is its port.
 *
 * @param {string} name
 * @param {string} script
 * @param {string[]} args
 */
async function startOwn(name, script, ...args) {
  const port = await freePort()
  await startProgram({
    name,
    dir: join(dir, name),
    command: process.execPath,
    args: [fileURLToPath(new URL(script, import.meta.url)), ...args, String(port)],
    ready: () => accepts({ port, host: '127.0.0.1' }),
  })
  return { port }
}

/** @param {'sha256' | 'sha384'} hash */
async function startBound(hash) {
  const own = join(dir, `channel-binding-${hash}`)
  const certificate = await makeCertificate(own, { hash })
  return startChannelBindingFront(own, { users: labUsers, certificate })
}
