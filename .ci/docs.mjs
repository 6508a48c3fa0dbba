// docs/errors.md and docs/troubleshooting.md, from the table that the findings are made of. What a page shows of a
// program's output comes of running it.
//
//   node .ci/docs.mjs           writes them
//   node .ci/docs.mjs --check   names each that differs, and fails
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorsPage } from './docs/errors-page.mjs'
import { outputs } from './docs/scenes.mjs'
import { troubleshootingPage } from './docs/troubleshooting-page.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const pages = {
  'docs/errors.md': errorsPage(),
  'docs/troubleshooting.md': troubleshootingPage(await outputs()),
}

const check = process.argv.includes('--check')
let wrong = 0
for (const [file, text] of Object.entries(pages)) {
  if (!check) {
    writeFileSync(join(root, file), text)
    continue
  }
  // A checkout on Windows may have its own line ends.
  const found = readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n')
  if (found === text) continue
  wrong++
  console.log(
    `${file} is not what the table says, first in line ${firstDifference(found, text)}; run npm run docs.`,
  )
}
process.exit(wrong > 0 ? 1 : 0)

/**
 * @param {string} found
 * @param {string} wanted
 */
function firstDifference(found, wanted) {
  const lines = wanted.split('\n')
  const at = found.split('\n').findIndex((line, number) => line !== lines[number])
  return at < 0 ? lines.length : at + 1
}
