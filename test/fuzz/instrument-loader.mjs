// Module hooks for node:module's register: what is fuzzed is loaded from its sources, instrumented.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { instrument } from './instrument.mjs'

const reportTo = new URL('blocks.mjs', import.meta.url).href
const packages = new URL('../../packages/', import.meta.url).href
const INSTRUMENTED = [
  /^core\/build\/(?:ntlm|spnego)\/[^/]+\.js$/,
  /^core\/build\/(?:channel-binding|errors|http\/challenges)\.js$/,
  /^server\/build\/credentials-header\.js$/,
  /^inspect\/build\/.+\.js$/,
]

let first = 0

/**
 * A package is its modules here, and not the one file that is published: coverage goes by the sources.
 *
 * @type {import('node:module').ResolveHook}
 */
export function resolve(specifier, context, nextResolve) {
  const name = /^@ntlmkit\/([^/]+)$/.exec(specifier)?.[1]
  if (name === undefined) return nextResolve(specifier, context)
  return { url: new URL(`${name}/build/index.js`, packages).href, format: 'module', shortCircuit: true }
}

/** @type {import('node:module').LoadHook} */
export function load(url, context, nextLoad) {
  const built = url.startsWith(packages) ? url.slice(packages.length) : ''
  if (!INSTRUMENTED.some((pattern) => pattern.test(built))) return nextLoad(url, context)
  const file = built.replace('/build/', '/src/').replace(/\.js$/, '.ts')
  const text = readFileSync(fileURLToPath(new URL(file, packages)), 'utf8')
  const { code, blocks } = instrument(text, { file, first, reportTo })
  first += blocks
  return { format: 'module', source: code, shortCircuit: true }
}
