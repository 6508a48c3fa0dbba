// Starts the laboratory and leaves it running: node up.mjs DIRECTORY; down.mjs stops it.
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apachePackages, startApache } from './apache.mjs'
import { makeCertificate } from './certificates.mjs'
import { channelBindingPackages, startChannelBindingFront } from './channel-binding-front.mjs'
import { labUsers } from './lab-users.mjs'
import { install } from './packages.mjs'
import { freePort } from './ports.mjs'
import { accepts, startProgram } from './process.mjs'
import { sambaPackages, startSamba } from './samba.mjs'

const [argument] = process.argv.slice(2)
if (argument === undefined) throw new Error('usage: node up.mjs DIRECTORY')
const dir = resolve(argument)

await install([...new Set([...apachePackages, ...sambaPackages, ...channelBindingPackages])])
const [apache, front, sha256, sha384] = await Promise.all([
  startApache(join(dir, 'apache'), { users: labUsers }),
  startFront(),
  startBound('sha256'),
  startBound('sha384'),
])
console.log(
  JSON.stringify(
    {
      apache: { http: apache.http, https: apache.https, ca: apache.ca },
      ntlmAuthFront: { url: front },
      channelBinding: [sha256, sha384].map(({ url, ca }) => ({ url, ca })),
      users: labUsers,
    },
    null,
    2,
  ),
)

async function startFront() {
  const sambaDir = join(dir, 'samba')
  await startSamba(sambaDir, { users: labUsers })
  const port = await freePort()
  await startProgram({
    name: 'front',
    dir: join(dir, 'front'),
    command: process.execPath,
    args: [fileURLToPath(new URL('./ntlm-auth-front-main.mjs', import.meta.url)), sambaDir, String(port)],
    ready: () => accepts({ port, host: '127.0.0.1' }),
  })
  return `http://localhost:${port}`
}

/** @param {'sha256' | 'sha384'} hash */
async function startBound(hash) {
  const own = join(dir, `channel-binding-${hash}`)
  const certificate = await makeCertificate(own, { hash })
  return startChannelBindingFront(own, { users: labUsers, certificate })
}
