// How long an adapter takes to load beyond its client, from the tarballs in a folder of their own.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MOST_MILLISECONDS = 10
/**
 * About what undici takes where the bound was set, by the half of it that release 0.1.0 took for its 18 to 24 ms: a
 * machine that is slower, or busy, may take longer in proportion.
 */
const UNDICI_MILLISECONDS = 40
const RUNS = 15
const PRINT = 'console.log(performance.now() - from)'

/** By adapter, what its users load anyway. */
const CLIENTS = { undici: 'undici', fetch: 'undici', agent: 'agentkeepalive', axios: 'axios', got: 'got' }

/**
 * @param {Record<string, string>} tarballs by the name of the package's folder.
 * @param {string} directory in which to install them.
 */
export function checkLoading(tarballs, directory) {
  const folder = join(directory, 'loading')
  install(folder, tarballs)
  const undici = bestOf(folder, `const from = performance.now(); await import('undici'); ${PRINT}`)
  const most = MOST_MILLISECONDS * Math.max(1, undici / UNDICI_MILLISECONDS)
  console.log(`       load: undici itself ${undici.toFixed(1)} ms`)
  return Object.entries(CLIENTS).flatMap(([name, client]) => {
    const clientFirst = `await import('${client}'); const from = performance.now()`
    const kinds = {
      import: `${clientFirst}; await import('@ntlmkit/${name}')`,
      require: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
        ${clientFirst}; require('@ntlmkit/${name}')`,
    }
    return Object.entries(kinds).map(([kind, program]) => {
      const best = bestOf(folder, `${program}; ${PRINT}`)
      return {
        title: `load: ${kind} of ${name} ${best.toFixed(1)} ms beyond ${client}, of ${most.toFixed(1)} at most`,
        holds: best <= most,
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
