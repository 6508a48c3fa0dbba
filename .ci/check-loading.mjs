// How long an adapter takes to load beyond its client, from the tarballs in a folder of their own.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MOST_MILLISECONDS = 10
const RUNS = 15

/** By adapter, what its users load anyway. */
const CLIENTS = { undici: 'undici', fetch: 'undici', agent: 'agentkeepalive', axios: 'axios', got: 'got' }

/**
 * @param {Record<string, string>} tarballs by the name of the package's folder.
 * @param {string} directory in which to install them.
 */
export function checkLoading(tarballs, directory) {
  const folder = join(directory, 'loading')
  install(folder, tarballs)
  return Object.entries(CLIENTS).flatMap(([name, client]) => {
    const clientFirst = `await import('${client}');`
    const kinds = {
      import: `${clientFirst} const from = performance.now(); await import('@ntlmkit/${name}')`,
      require: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
        ${clientFirst} const from = performance.now(); require('@ntlmkit/${name}')`,
    }
    return Object.entries(kinds).map(([kind, program]) => {
      const best = bestOf(folder, `${program}; console.log(performance.now() - from)`)
      return {
        title: `load: ${kind} of ${name} ${best.toFixed(1)} ms beyond ${client}, of ${MOST_MILLISECONDS} at most`,
        holds: best <= MOST_MILLISECONDS,
      }
    })
  })
}

function install(folder, tarballs) {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const clients = ['undici@7', 'axios', 'got@14']
  const args = ['install', '--no-audit', '--no-fund', '--silent', ...Object.values(tarballs), ...clients]
  const shell = process.platform === 'win32'
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', shell })
  if (status !== 0) throw new Error(`Installing the tarballs failed.\n${stderr}`)
}

/** The best of several runs: a busy machine makes some slower, and none faster. */
function bestOf(folder, program) {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, program)
  const times = Array.from({ length: RUNS }, () => {
    const { stdout } = spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' })
    return Number.parseFloat(stdout)
  })
  return Math.min(...times)
}
