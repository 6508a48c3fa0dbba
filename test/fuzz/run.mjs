// The long run, guided by what code each input reaches:
//
//   npm run fuzz -- --count 10000000 --seed 1    prints what was reached, and every fault with its input
//                                                (interrupted, it prints what it has so far)
//   npm run fuzz -- --input 'decodeSpnego:oQ...' repeats one call
//   npm run fuzz -- --unreached                  also lists the code that no input reached
//   npm run fuzz -- --keep                       writes what was found to found.txt, as few inputs as will do
import { writeFileSync } from 'node:fs'
import { register } from 'node:module'
import { parseArgs } from 'node:util'

register('./instrument-loader.mjs', import.meta.url)

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000000' },
    input: { type: 'string' },
    keep: { type: 'boolean', default: false },
    unreached: { type: 'boolean', default: false },
  },
})

// Only after the hooks are there.
const { DerReader, decodeOid, encodeOid } = await import('../../packages/core/build/spnego/der.js')
const { offeredToken } = await import('../../packages/server/build/credentials-header.js')
const internals = { DerReader, decodeOid, encodeOid, offeredToken }

process.exitCode = values.input === undefined ? await longRun() : await repeat(values.input)

async function longRun() {
  const { fuzz } = await import('./fuzz.mjs')
  const begun = performance.now()
  /** @type {Parameters<typeof fuzz>[0]['onProgress']} */
  const onProgress = ({ inputs, blocks, corpus, faults }) => {
    const seconds = Math.round((performance.now() - begun) / 1000)
    console.log(`${seconds} s: ${inputs} inputs, ${blocks} blocks, ${corpus} in the corpus, ${faults} faults`)
  }
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const report = await fuzz({
    internals,
    seed: whole('seed'),
    count: whole('count'),
    signal: interrupted.signal,
    onProgress,
  })
  const { coverage, corpus, most } = report
  const seconds = (performance.now() - begun) / 1000
  console.table(report.targets)
  console.log(
    `seed ${report.seed}: ${report.inputs} inputs, ${report.calls} calls in ${seconds.toFixed(0)} s`,
  )
  console.log(`coverage: ${coverage.blocks} of ${coverage.of} blocks, ${coverage.features} features`)
  console.log(`features of the corpus before: ${coverage.atStart}`)
  console.log(`corpus: ${corpus.before} inputs before, ${corpus.after} after`)
  console.log(`most: ${(most.heap / 2 ** 20).toFixed(0)} MB of objects, ${most.work} blocks in one call`)
  const { milliseconds, target, bytes } = most.slowest
  console.log(`slowest call: ${milliseconds.toFixed(1)} ms, ${target} with ${bytes} bytes`)
  if (values.unreached) console.log(`never reached:\n  ${coverage.unreached.join('\n  ')}`)
  if (values.keep) await keep(report.found)
  console.log(`${report.faults.length} faults`)
  for (const fault of report.faults) console.log(fault)
  return report.faults.length === 0 ? 0 : 1
}

/** @param {'seed' | 'count'} option */
function whole(option) {
  const value = Number(values[option])
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`--${option} takes a whole number above 0, not "${values[option]}".`)
}

/** @param {readonly import('./corpus.mjs').Input[]} found */
async function keep(found) {
  const { fewest } = await import('./fewest.mjs')
  const { foundFile } = await import('./corpus.mjs')
  const { writeInputs } = await import('./input-file.mjs')
  const kept = await fewest(found, internals)
  writeFileSync(foundFile, writeInputs(kept))
  console.log(`kept: ${kept.length} inputs`)
}

/** @param {string} input `target:base64` */
async function repeat(input) {
  const { attempt } = await import('./attempt.mjs')
  const { targetsWith } = await import('./targets.mjs')
  const colon = input.lastIndexOf(':')
  const target = targetsWith(internals)[input.slice(0, colon)]
  if (target === undefined) throw new Error(`There is no target ${input.slice(0, colon)}.`)
  const { refused, fault } = await attempt(target, Buffer.from(input.slice(colon + 1), 'base64'))
  console.log(fault ?? (refused ? 'refused, as it should be' : 'returned'))
  return fault === undefined ? 0 : 1
}
