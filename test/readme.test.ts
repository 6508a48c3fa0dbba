import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
/** Beside the examples: what they import is found from there, as a reader's own file would find it. */
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(root, 'examples', '.readme-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** What each program of a README prints, in part. */
const expected: [file: string, programs: string[][]][] = [
  [
    'README.md',
    [
      ['200', "method: 'GET'", "user: 'alice'"],
      ['200', "method: 'POST'", "user: 'alice'"],
      ['200', "method: 'POST'", "user: 'alice'"],
      ["method: 'POST'", "user: 'alice'"],
      ['200', '"user":"alice"'],
    ],
  ],
  ['packages/undici/README.md', [['200', "user: 'alice'"]]],
  ['packages/agent/README.md', [['200', 'alice']]],
  ['packages/axios/README.md', [['200', 'alice']]],
  ['packages/got/README.md', [['200', 'alice']]],
  ['packages/core/README.md', [['NTLMSSP_NEGOTIATE_UNICODE', 'true alice true']]],
]

describe.each(expected)('%s', (file, programs) => {
  it.each(programs.map((parts, index) => [index + 1, parts] as const))(
    'program %i runs as it stands',
    async (index, parts) => {
      const written = [...(await readFile(join(root, file), 'utf8')).matchAll(/```js\n(.*?)```/gs)]
      expect(written).toHaveLength(programs.length)
      const program = join(directory, `${file.replaceAll(/\W/g, '-')}-${index}.mjs`)
      await writeFile(program, written[index - 1][1])
      const { stdout, stderr } = await run(process.execPath, [program], { timeout: 15_000 })
      const flat = stdout.replaceAll(/\s+/g, ' ')
      for (const part of parts) expect(flat).toContain(part)
      expect(stderr).toBe('')
    },
  )
})
