// axios, old to new, by import and by require, and with two copies: its headers arrive, and its errors are its own.
import { join } from 'node:path'
import { assertEnded, assertLogin, loginsTo } from '../logins.mjs'
import { once, run } from '../processes.mjs'
import { asCommonJs, program, write } from '../sources.mjs'
import { AXIOS } from '../versions.mjs'

const CELLS = {
  'own.mjs': 'import',
  'own.cjs': 'require',
  'mixed.mjs': 'a CommonJS instance in an ES module app',
  'other.mjs': 'import, an instance of another copy',
  'other.cjs': 'require, an instance of another copy',
}
const SENT = { 'content-type': 'text/xml; charset=utf-8', soapaction: '"urn:fits"', 'x-instance': 'kept' }

export function axios({ rows, folders, target }) {
  for (const version of AXIOS) {
    const other = version === AXIOS.at(-1) ? AXIOS[0] : AXIOS.at(-1)
    const folder = once(() => prepare(folders, version, other))
    for (const [file, title] of Object.entries(CELLS)) {
      const client = file.replace(/\..*/, '')
      rows.add(`axios ${client === 'other' ? `${other} beside ${version}` : version}: ${title}`, async () => {
        const { targets, env } = loginsTo(target, [client])
        const directory = await folder()
        const result = await run(process.execPath, [join(directory, file)], { cwd: directory, env })
        assertLogin(target, { client, url: targets[client], result })
        assertEnded(result)
        assertHeaders(target.requestsFor(targets[client]))
      })
    }
  }
}

async function prepare(folders, version, other) {
  const directory = await folders.install(`axios-${version}`, {
    axios: version,
    'other-axios': `npm:axios@${other}`,
  })
  for (const name of ['check', 'own', 'other', 'mixed']) {
    const source = await program(`axios/${name}.mjs`)
    await write(directory, `${name}.mjs`, source)
    // `import.meta` is for ES modules alone.
    if (name !== 'mixed') await write(directory, `${name}.cjs`, asCommonJs(source.replace('.mjs', '.cjs')))
  }
  return directory
}

/** The request itself, not the leg before it, had every header that the caller and the instance gave. */
function assertHeaders(requests) {
  const posted = requests.find(({ method, status }) => method === 'POST' && status === 200)
  if (posted === undefined) throw new Error('no POST was let in')
  for (const [name, value] of Object.entries(SENT)) {
    const arrived = posted.headers[name]
    if (arrived !== value) throw new Error(`${name} arrived as ${arrived}`)
  }
}
