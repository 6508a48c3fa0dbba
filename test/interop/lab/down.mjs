// Stops what lies in a directory, below up.mjs's or of a test that crashed: node down.mjs DIRECTORY
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stopDirectory } from './process.mjs'

const [argument] = process.argv.slice(2)
if (argument === undefined) throw new Error('usage: node down.mjs DIRECTORY')
const dir = resolve(argument)
const below = readdirSync(dir, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => join(dir, entry.name))
const stopped = await Promise.all([dir, ...below].map(stopDirectory))
console.log(`lab: stopped ${stopped.flat().join(', ') || 'nothing'}`)
