// Kinds of module on every Node: import, require, and both in one process.
import { join } from 'node:path'
import { assertEnded, assertLogin, loginsTo } from '../logins.mjs'
import { failureOf, once, run } from '../processes.mjs'
import { CLIENTS, program, write, writeLogins } from '../sources.mjs'
import { ACCOUNT } from '../target.mjs'
import { NEWEST_CLIENTS, CLIENTS as OLDER_CLIENTS } from '../versions.mjs'

const NODES = [
  { node: '20.0', clients: 'older' },
  { node: '20.20', clients: 'older' },
  { node: '22', clients: 'older' },
  { node: '22', clients: 'newest' },
  { node: '24', clients: 'newest' },
  { node: '26', clients: 'older' },
  { node: '26', clients: 'newest' },
]
/** Of 18 it is only said that it loads. The clients that fetch, undici 7 and got 14, do not themselves. */
const LOADED_ON_18 = ['core', 'inspect', 'transport', 'agent', 'server', 'axios', 'got']

export function nodes({ rows, folders, tools, target }) {
  const versions = { older: OLDER_CLIENTS, newest: NEWEST_CLIENTS }
  const prepared = {
    older: once(() => prepare(folders, 'older', OLDER_CLIENTS)),
    newest: once(() => prepare(folders, 'newest', NEWEST_CLIENTS)),
  }

  for (const { node, clients } of NODES) {
    const { undici, got } = versions[clients]
    const title = `Node ${node}, undici ${undici}, got ${got}`
    for (const kind of ['import', 'require']) {
      for (const client of CLIENTS) {
        rows.add(`${title}: ${kind}, ${client}`, async () => {
          const directory = await prepared[clients]()
          const { targets, env } = loginsTo(target, [client])
          const file = kind === 'import' ? 'main.mjs' : 'main.cjs'
          const executable = (await tools).node(node)
          const result = await run(executable, [join(directory, file)], { cwd: directory, env })
          assertLogin(target, { client, url: targets[client], result })
          assertEnded(result)
        })
      }
    }
    rows.add(`${title}: the command ntlmkit logs in and ends`, async () => {
      const directory = await prepared[clients]()
      const url = target.url()
      const executable = (await tools).node(node)
      const command = join(directory, 'node_modules', 'ntlmkit', 'dist', 'command.js')
      const env = { NTLM_USERNAME: ACCOUNT.username, NTLM_PASSWORD: ACCOUNT.password }
      const result = await run(executable, [command, 'probe', url], { cwd: directory, env })
      assertEnded(result)
      if (!result.stdout.includes('is let in: 200')) throw new Error(failureOf(result))
      target.assertLogin(url)
    })
    rows.add(`${title}: import and require in one process`, async () => {
      const directory = await prepared[clients]()
      const { targets, env } = loginsTo(target, ['both'])
      const executable = (await tools).node(node)
      const result = await run(executable, [join(directory, 'both.mjs')], { cwd: directory, env })
      assertLogin(target, { client: 'both', url: targets.both, result })
      assertEnded(result)
    })
  }

  for (const name of LOADED_ON_18) {
    for (const kind of ['import', 'require']) {
      rows.add(`Node 18: ${kind}, ${name} loads`, async () => {
        const directory = await prepared.older()
        const executable = (await tools).node('18')
        const load = `${kind}('@ntlmkit/${name}')`
        const code =
          kind === 'import' ? `${load}.then(() => console.log('loaded'))` : `${load}; console.log('loaded')`
        const result = await run(executable, ['-e', code], { cwd: directory })
        if (result.stdout.trim() !== 'loaded') throw new Error(failureOf(result))
        assertEnded(result)
      })
    }
  }
}

async function prepare(folders, name, versions) {
  const directory = await folders.install(name, versions)
  await writeLogins(directory, CLIENTS, 'mjs', 'esm')
  await writeLogins(directory, CLIENTS, 'cjs', 'cjs')
  const main = await program('main.mjs')
  await write(directory, 'main.mjs', main + mainOf((client) => `import('./${client}.mjs')`))
  await write(
    directory,
    'main.cjs',
    main.replace('export ', '') + mainOf((client) => `require('./${client}.cjs')`),
  )
  await write(directory, 'both.mjs', await program('both.mjs'))
  return directory
}

function mainOf(load) {
  const logins = CLIENTS.map((client) => `  '${client}': () => ${load(client)},`)
  return `\nmain({\n${logins.join('\n')}\n})\n`
}
