import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { conversations, play } from './conversation.js'
import { faultsOf } from './judge.js'

const numRuns = Number(process.env.NTLMKIT_MODEL_RUNS ?? 300)
const seed =
  process.env.NTLMKIT_MODEL_SEED === undefined ? {} : { seed: Number(process.env.NTLMKIT_MODEL_SEED) }

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
