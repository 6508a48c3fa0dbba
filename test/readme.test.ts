import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputsOf } from './programs/run.js'

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
  ['packages/fetch/README.md', [['200', "user: 'alice'"]]],
  ['packages/agent/README.md', [['200', 'alice']]],
  ['packages/axios/README.md', [['200', 'alice']]],
  ['packages/got/README.md', [['200', 'alice']]],
  ['packages/transport/README.md', [['200', 'GET authenticate alice']]],
  ['packages/server/README.md', [['200', "user: 'alice'"]]],
  ['packages/ntlmkit/README.md', [['NetBIOS domain LAB', 'LAB\\alice is let in: 200 0']]],
  ['packages/inspect/README.md', [['header []', 'NTLM CHALLENGE []', "netbiosDomain: 'LAB'"]]],
  ['packages/core/README.md', [['NTLMSSP_NEGOTIATE_UNICODE', 'true alice true']]],
]

describe('the programs of every README run as they stand', () => {
  let outputs: string[]

  beforeAll(async () => {
    const files: string[] = []
    for (const [readme, programs] of expected) {
      const written = [...(await readFile(join(root, readme), 'utf8')).matchAll(/```js\n(.*?)```/gs)]
      expect(written).toHaveLength(programs.length)
      for (const [index, [, program]] of written.entries()) {
        const file = join(directory, `${readme.replaceAll(/\W/g, '-')}-${index + 1}.mjs`)
        await writeFile(file, program)
        files.push(file)
      }
    }
    outputs = await outputsOf(files)
  }, 60_000)

  const programs = expected.flatMap(([file, parts]) =>
    parts.map((each, index) => [file, index + 1, each] as const),
  )
  it.each(programs.map((program, index) => [...program, index] as const))(
    '%s, program %i',
    (_file, _number, parts, index) => {
      const flat = outputs[index].replaceAll(/\s+/g, ' ')
      for (const part of parts) expect(flat).toContain(part)
    },
  )
})
