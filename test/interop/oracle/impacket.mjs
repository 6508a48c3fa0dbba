import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./impacket_oracle.py', import.meta.url))

/** Debian installs python3-impacket for its own Python, which need not be the first one on the path. */
const PYTHONS = ['/usr/bin/python3', 'python3']

/**
 * Asks impacket.
 *
 * @param {readonly object[]} questions what `impacket_oracle.py` knows: judge, offer, answer.
 * @returns {any[]} the answers, in the same order.
 * @throws {Error} where there is no impacket, or it fails.
 */
export function askImpacket(questions) {
  const { status, stdout, stderr, error } = spawnSync(pythonWithImpacket(), [SCRIPT], {
    input: JSON.stringify(questions),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`The impacket oracle failed: ${stderr}`)
  return JSON.parse(stdout)
}

/** @returns {string} the first Python that has impacket. */
function pythonWithImpacket() {
  const found = PYTHONS.find((python) => spawnSync(python, ['-c', 'import impacket']).status === 0)
  if (found !== undefined) return found
  throw new Error('There is no Python with impacket: apt-get install python3-impacket')
}
