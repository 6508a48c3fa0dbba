// Empty folders with the packed packages in them, as a user's project has them.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failureOf, run } from './processes.mjs'

const INSTALL_SECONDS = 300
const INSTALL = [
  'install',
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  '--no-package-lock',
  '--prefer-offline',
]

export class Folders {
  #archives
  #made = []

  /** @param {ReadonlyMap<string, string>} archives of the packages, by their name */
  constructor(archives) {
    this.#archives = archives
  }

  /** A folder with all of our packages and some of others, by name and version. */
  async install(name, dependencies) {
    const directory = await this.empty(name)
    const ours = Object.fromEntries([...this.#archives].map(([each, file]) => [each, `file:${file}`]))
    await install(directory, { ...dependencies, ...ours })
    return directory
  }

  /** A folder with nothing in it and nothing above it. */
  async empty(name) {
    const directory = await mkdtemp(join(tmpdir(), `ntlmkit-fits-${name}-`))
    this.#made.push(directory)
    return directory
  }

  get made() {
    return [...this.#made]
  }

  async remove() {
    for (const directory of this.#made) await rm(directory, { recursive: true, force: true })
  }
}

/** Installs with npm, whose cache all folders share. */
export async function install(directory, dependencies) {
  const manifest = { name: 'fits', private: true, dependencies }
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const result = await run('npm', INSTALL, { cwd: directory, seconds: INSTALL_SECONDS })
  if (result.status !== 0) throw new Error(`npm install: ${failureOf(result, INSTALL_SECONDS)}`)
}

/** Packs all packages as they would be published, and tells the archive of each. */
export async function pack(root, packageManager, target) {
  const args = [
    '--yes',
    packageManager,
    '-r',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    target,
  ]
  const result = await run('npx', args, { cwd: root, seconds: 120 })
  if (result.status !== 0) throw new Error(`pack: ${failureOf(result, 120)}`)
  const archives = (await readdir(target)).filter((file) => file.endsWith('.tgz'))
  return new Map(archives.map((file) => [nameOf(file), join(target, file)]))
}

/** ntlmkit-core-0.1.0.tgz is @ntlmkit/core, and ntlmkit-0.1.0.tgz the command. */
function nameOf(file) {
  if (/^ntlmkit-\d/.test(file)) return 'ntlmkit'
  return file.replace(/^ntlmkit-(.+?)-\d.*$/, '@ntlmkit/$1')
}
