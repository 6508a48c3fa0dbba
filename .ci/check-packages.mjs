// Packs every package as it would be published and has it read as an importer would: entry points, types, files, size
// and the time that it takes to load. What the packages' manifests share, and the workflows, are checked too.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkLoading } from './check-loading.mjs'
import { checkSize } from './check-size.mjs'
import { pack } from './pack.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = (name) => join(root, 'node_modules', '.bin', name)
const directory = mkdtempSync(join(tmpdir(), 'ntlmkit-pack-'))

let failed = 0
try {
  run('manifests', process.execPath, [join(root, '.ci', 'manifests.mjs')])
  for (const file of readdirSync(join(root, '.github', 'workflows'))) {
    run(`workflow: ${file}`, bin('action-validator'), [join('.github', 'workflows', file)])
  }
  const tarballs = pack(directory)
  for (const [name, tarball] of Object.entries(tarballs)) {
    run(`${name}: publint`, bin('publint'), ['run', tarball, '--strict'])
    run(`${name}: types`, bin('attw'), [tarball, '--profile', 'strict', '--format', 'ascii'])
  }
  said(checkSize(tarballs))
  said(checkLoading(tarballs, directory))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
process.exit(failed > 0 ? 1 : 0)

function run(title, command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  said([{ title, holds: status === 0 }])
  if (status !== 0) console.log(`${stdout}${stderr}`)
}

/** @param {readonly { title: string, holds: boolean }[]} verdicts */
function said(verdicts) {
  for (const { title, holds } of verdicts) {
    console.log(`${holds ? 'ok    ' : 'FAILED'} ${title}`)
    if (!holds) failed++
  }
}
