// Every place that people put the packages, as packed: each cell is a row that says whether it fits.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Folders, pack } from './folders.mjs'
import { axios } from './groups/axios.mjs'
import { bundlers } from './groups/bundlers.mjs'
import { nodes } from './groups/nodes.mjs'
import { readmes } from './groups/readmes.mjs'
import { runners } from './groups/runners.mjs'
import { types } from './groups/types.mjs'
import { Rows } from './rows.mjs'
import { openTarget } from './target.mjs'
import { installTools } from './tools.mjs'

const GROUPS = { nodes, types, readmes, axios, runners, bundlers }

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    keep: { type: 'boolean' },
    'outputFile.json': { type: 'string' },
  },
})
const chosen = Object.entries(GROUPS).filter(
  ([name]) => values.only === undefined || values.only.includes(name),
)

const rows = new Rows()

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('Fits skipped: its Nodes are built for Linux on x64.')
  rows.reportSkipped(values['outputFile.json'])
  process.exit(0)
}

const archives = await mkdtemp(join(tmpdir(), 'ntlmkit-fits-packed-'))
const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const folders = new Folders(await pack(root, packageManager, archives))
const target = await openTarget()
const tools = installTools(join(root, 'node_modules', '.fits'))
// Whoever needs one of them says so in its own row.
tools.catch(() => {})

for (const [, group] of chosen) group({ root, rows, folders, tools, target })
await rows.settled()

rows.print()
rows.report(values['outputFile.json'])
await target.close()
if (values.keep) console.log(`Kept: ${folders.made.join(' ')}`)
else await folders.remove()
await rm(archives, { recursive: true, force: true })
process.exit(rows.failed > 0 ? 1 : 0)
