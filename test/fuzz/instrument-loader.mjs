// Module hooks for node:module's register: what is fuzzed is loaded from its sources, instrumented.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { instrument } from './instrument.mjs'

const reportTo = new URL('blocks.mjs', import.meta.url).href
const packages = new URL('../../packages/', import.meta.url).href
const INSTRUMENTED = [
  /^core\/dist\/(?:ntlm|spnego)\/[^/]+\.js$/,
  /^core\/dist\/(?:channel-binding|errors|http\/challenges)\.js$/,
  /^server\/dist\/credentials-header\.js$/,
]

let first = 0

/** @type {import('node:module').LoadHook} */
export function load(url, context, nextLoad) {
  const built = url.startsWith(packages) ? url.slice(packages.length) : ''
  if (!INSTRUMENTED.some((pattern) => pattern.test(built))) return nextLoad(url, context)
  const file = built.replace('/dist/', '/src/').replace(/\.js$/, '.ts')
  const text = readFileSync(fileURLToPath(new URL(file, packages)), 'utf8')
  const { code, blocks } = instrument(text, { file, first, reportTo })
  first += blocks
  return { format: 'module', source: code, shortCircuit: true }
}
