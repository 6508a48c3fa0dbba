// Runs of a TypeScript compiler, and what it says of each file.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failureOf, run } from './processes.mjs'

const SECONDS = 240
const SHOWN = 6

/** What every project here has: as strict as a user can be. */
const STRICT = {
  strict: true,
  skipLibCheck: false,
  target: 'es2022',
  lib: ['es2022'],
  types: ['node'],
  esModuleInterop: true,
  rootDir: '.',
  outDir: 'out',
}

/** Compiles some files of a directory, as one project, and tells what was found. */
export async function compile(executable, directory, files, options) {
  await mkdir(directory, { recursive: true })
  const config = { compilerOptions: { ...STRICT, ...options }, files }
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config, null, 2))
  const result = await run(process.execPath, [executable, '-p', '.'], { cwd: directory, seconds: SECONDS })
  return new Findings(result, files)
}

class Findings {
  #result
  #files
  #errors

  constructor(result, files) {
    this.#result = result
    this.#files = files
    this.#errors = result.stdout.split('\n').filter((line) => / error TS\d+:|^error TS\d+:/.test(line))
  }

  /** Throws for an error in this file, or in a declaration, which concerns all files. */
  assertClean(file) {
    const others = this.#files.filter((each) => each !== file)
    const errors = this.#errors.filter((line) => !others.some((other) => line.startsWith(`${other}(`)))
    if (errors.length > 0) throw new Error(shortened(errors))
    if (this.#result.status !== 0 && this.#errors.length === 0)
      throw new Error(failureOf(this.#result, SECONDS))
  }
}

function shortened(errors) {
  const more = errors.length > SHOWN ? [`... and ${errors.length - SHOWN} more`] : []
  return [...errors.slice(0, SHOWN), ...more].join('\n         ')
}
