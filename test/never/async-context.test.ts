import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE } from '../wire.js'
import { CALLERS } from './callbacks.js'
import { settled } from './clients.js'
import type { Caller } from './report.js'
import { Site } from './site.js'

const AT_ONCE = 12

/** Which callbacks ran in another context than that of their request, and in how many requests. */
async function strays(
  caller: Caller,
  origin: string,
  connections: number | undefined,
  isPlain = false,
): Promise<string[]> {
  const context = new AsyncLocalStorage<number>()
  const seen = new Set<string>()
  const strayed = new Set<string>()
  const { call, close } = caller(isPlain ? undefined : { ...ALICE, origins: origin }, connections)
  onTestFinished(close)
  const calls = Array.from({ length: AT_ONCE }, (_, i) =>
    context.run(i, () =>
      call(`${origin}/?${i}`, (callback) => {
        seen.add(callback)
        if (context.getStore() !== i) strayed.add(callback)
      }),
    ),
  )
  const ended = await settled(Promise.all(calls))
  if (seen.size < 2) strayed.add(`only ${[...seen].join()} was called: ${String(ended)}`)
  return [...strayed].sort()
}

const POOLS: [name: string, connections: number | undefined][] = [
  ['behind the gate, in a pool without a limit', undefined],
  ['in a pool of one', 1],
  ['in a pool of two', 2],
]

describe.each(POOLS)(
  'principle 7: every callback runs in the context of its own request, %s:',
  (_n, connections) => {
    it.each(Object.entries(CALLERS))('%s', async (_name, caller) => {
      const site = await Site.start()
      expect(await strays(caller, site.origin, connections)).toEqual([])
    })

    it.each(Object.entries(CALLERS))('%s, with a wrong password', async (_name, caller) => {
      const site = await Site.start({ users: { [ALICE.username]: 'another one' } })
      expect(await strays(caller, site.origin, connections)).toEqual([])
    })
  },
)

// Otherwise a stray would be the client's own. In a pool that makes requests wait, undici's Agent mixes them itself.
it.each(Object.entries(CALLERS))('a plain %s keeps its callbacks together', async (_name, caller) => {
  const site = await Site.start({ isOpen: () => true })
  expect(await strays(caller, site.origin, undefined, true)).toEqual([])
})
