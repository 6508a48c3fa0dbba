// Packs every package as it would be published: by pnpm, which writes the versions of the workspace into it.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Packs what was built into the directory.
 *
 * @param {string} directory that exists and is empty.
 * @returns {Record<string, string>} the tarball of each package, by the name of its folder.
 */
export function pack(directory) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const args = ['--yes', packageManager, '--recursive', '--filter', './packages/*', 'pack']
  const { status, stdout, stderr } = spawnSync('npx', [...args, '--pack-destination', directory], {
    cwd: root,
    encoding: 'utf8',
    // npx is a script on Windows, which only a shell starts.
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`Packing failed.\n${stdout}${stderr}`)
  const tarballs = readdirSync(directory)
    .filter((file) => file.endsWith('.tgz'))
    .map((file) => [/^(?:ntlmkit-)?(.+?)-\d+\.\d+\.\d+/.exec(file)[1], join(directory, file)])
  return Object.fromEntries(tarballs)
}
