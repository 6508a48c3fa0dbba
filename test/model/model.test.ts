import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { conversations, play } from './conversation.js'
import { faultsOf } from './judge.js'

const numRuns = Number(process.env.NTLMKIT_MODEL_RUNS ?? 300)
const { NTLMKIT_MODEL_SEED: given } = process.env
/** The same ones in every run of `npm test`; others, which it prints when they fail, in a long one. */
const seed = given === undefined && numRuns > 300 ? {} : { seed: Number(given ?? 1) }

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterAll(() => {
  vi.useRealTimers()
})

describe('random conversations', () => {
  it(`keep to the principles, ${numRuns} times`, { timeout: 3_600_000 }, () => {
    fc.assert(
      fc.property(conversations, (conversation) => {
        expect(faultsOf(play(conversation))).toEqual([])
      }),
      { numRuns, ...seed },
    )
  })
})
