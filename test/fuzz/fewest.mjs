import { attempt } from './attempt.mjs'
import { Coverage } from './blocks.mjs'
import { corpus, seeds } from './corpus.mjs'
import { LONGEST } from './input-pool.mjs'
import { targetsWith } from './targets.mjs'

/** @typedef {import('./corpus.mjs').Input} Input */

/**
 * Of what was found now and before, those that reach something which the seeds and shorter ones do not.
 *
 * @param {readonly Input[]} found
 * @param {import('./targets.mjs').Internals} internals
 */
export async function fewest(found, internals) {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const targets = Object.values(targetsWith(internals))
  const coverage = new Coverage()
  coverage.discard()

  /** @param {Input} input */
  const isNew = async ({ kind, bytes }) => {
    let features = 0
    for (const target of targets) {
      if (!target.kinds.includes(kind)) continue
      await attempt(target, bytes)
      features += coverage.take().fresh
    }
    return features > 0
  }

  for (const seed of seeds) await isNew(seed)
  const candidates = [...corpus.slice(seeds.length), ...found].filter(({ bytes }) => bytes.length <= LONGEST)
  const kept = []
  for (const input of candidates.sort((one, other) => one.bytes.length - other.bytes.length)) {
    if (await isNew(input)) kept.push(input)
  }
  Error.stackTraceLimit = stackTraceLimit
  return kept
}
