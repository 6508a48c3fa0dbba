// Gives mutated messages and tokens to everything that reads bytes from outside: each may return, or throw an
// NtlmError, and do nothing else.
//
//   node test/fuzz/decoders.mjs --seed 1 --count 1000000
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import {
  decodeAuthenticate,
  decodeAvPairs,
  decodeChallenge,
  decodeNegotiate,
  decodeSpnego,
  NtlmError,
  NtlmInitiator,
  SpnegoInitiator,
  tlsServerEndPoint,
} from '@ntlmkit/core'
import { corpus, credential } from './corpus.mjs'
import { mutate } from './mutate.mjs'
import { seeded } from './random.mjs'

/** A decoder that takes longer for one input has a fault of its own. */
const SLOW_MS = 2000

function begunInitiator() {
  const initiator = new NtlmInitiator({ credential, services: { integrity: true }, legacy: { ntlmV1: true } })
  initiator.step()
  return initiator
}

/**
 * What is tried, and the codes it may throw: any, or that of malformed bytes only.
 *
 * @type {Record<string, { decode: (bytes: Buffer) => unknown, codes?: readonly string[] }>}
 */
const DECODERS = {
  decodeNegotiate: { decode: decodeNegotiate, codes: ['ERR_NTLM_BAD_CHALLENGE'] },
  decodeChallenge: { decode: decodeChallenge, codes: ['ERR_NTLM_BAD_CHALLENGE'] },
  decodeAuthenticate: { decode: decodeAuthenticate, codes: ['ERR_NTLM_BAD_CHALLENGE'] },
  decodeAvPairs: { decode: decodeAvPairs, codes: ['ERR_NTLM_BAD_CHALLENGE'] },
  decodeSpnego: { decode: decodeSpnego, codes: ['ERR_NTLM_BAD_CHALLENGE'] },
  tlsServerEndPoint: { decode: tlsServerEndPoint, codes: ['ERR_NTLM_CHANNEL_BINDING'] },
  'NtlmInitiator.step': { decode: (bytes) => begunInitiator().step(bytes) },
  'SpnegoInitiator.step': {
    decode: (bytes) => {
      const initiator = new SpnegoInitiator({ mechanism: new NtlmInitiator({ credential }) })
      initiator.step()
      return initiator.step(bytes)
    },
  },
}

/**
 * @typedef {object} FuzzReport
 * @property {number} seed
 * @property {number} count inputs made, each given to every decoder.
 * @property {Record<string, { returned: number, refused: number }>} decoders what became of them.
 * @property {number} slowest milliseconds of the slowest single call.
 * @property {string[]} faults one line for each call that did anything else; empty is good.
 */

/**
 * @param {{ seed?: number, count?: number }} [options] Default: seed 1, 20,000 inputs.
 * @returns {FuzzReport}
 */
export function fuzz({ seed = 1, count = 20_000 } = {}) {
  const random = seeded(seed)
  const decoders = Object.fromEntries(
    Object.keys(DECODERS).map((name) => [name, { returned: 0, refused: 0 }]),
  )
  /** @type {FuzzReport} */
  const report = { seed, count, decoders, slowest: 0, faults: [] }
  for (let input = 0; input < count; input++) {
    const bytes = mutate(corpus[random(corpus.length)], corpus, random)
    for (const name of Object.keys(DECODERS)) attempt(name, bytes, report)
    if (report.faults.length >= 20) break
  }
  return report
}

/**
 * @param {string} name
 * @param {Buffer} bytes
 * @param {FuzzReport} report
 */
function attempt(name, bytes, report) {
  const { decode, codes } = DECODERS[name]
  const begun = performance.now()
  try {
    decode(bytes)
    report.decoders[name].returned++
  } catch (error) {
    const expected = error instanceof NtlmError && (codes === undefined || codes.includes(error.code))
    if (expected) report.decoders[name].refused++
    else report.faults.push(`${name}(${bytes.toString('hex')}) threw ${error}`)
  }
  const took = performance.now() - begun
  if (took > report.slowest) report.slowest = took
  if (took > SLOW_MS) report.faults.push(`${name}(${bytes.toString('hex')}) took ${Math.round(took)} ms`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' } } })
  const report = fuzz({ seed: Number(values.seed ?? 1), count: Number(values.count ?? 20_000) })
  const { faults, slowest } = report
  console.log(
    `seed ${report.seed}: ${report.count} inputs, ${faults.length} faults, slowest call ${slowest.toFixed(1)} ms`,
  )
  console.table(report.decoders)
  for (const fault of faults) console.log(fault)
  process.exitCode = faults.length === 0 ? 0 : 1
}
