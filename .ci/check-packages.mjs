// Packs every package as it would be published and has it read as an importer would: entry points, types, files.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = (name) => join(root, 'node_modules', '.bin', name)

let failed = 0
for (const name of readdirSync(join(root, 'packages'))) {
  const directory = join(root, 'packages', name)
  check(`${name}: publint`, bin('publint'), ['--strict', '--pack', 'npm'], directory)
  const target = mkdtempSync(join(tmpdir(), 'ntlmkit-pack-'))
  check(`${name}: pack`, 'npm', ['pack', '--silent', '--pack-destination', target], directory)
  const [archive] = readdirSync(target)
  check(
    `${name}: types`,
    bin('attw'),
    [join(target, archive), '--profile', 'esm-only', '--format', 'ascii'],
    directory,
  )
  rmSync(target, { recursive: true, force: true })
}
process.exit(failed > 0 ? 1 : 0)

function check(title, command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${title}`)
  if (status === 0) return
  failed++
  console.log(`${stdout}${stderr}`)
}
