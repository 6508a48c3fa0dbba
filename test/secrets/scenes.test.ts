import { describe, expect, it } from 'vitest'
import { lookedAt, thatReject } from './clients.js'
import { type End, type Scene, scenes } from './scenes.js'
import { playWatched } from './watched.js'

describe.each(Object.entries(scenes))('%s', (_name, scene) => {
  it('ends as it should, and shows nothing secret to whoever looks at any object', async () => {
    const { ends, proved, leaks, wire, ofUndici } = await playWatched(scene, lookedAt)
    expect(ends).toEqual(
      Object.fromEntries(Object.keys(lookedAt).map((name) => [name, expected(scene, name)])),
    )
    expect({ leaks, wire }).toEqual({ leaks: [], wire: [] })
    // What undici itself tells of a request has its headers, with the AUTHENTICATE in them: see SECURITY.md.
    expect(ofUndici.keys).toEqual([])
    expect(ofUndici.proofs.some((line) => line.includes('AUTHENTICATE ('))).toBe(proved)
  })
})

/** Of requests at the same time all but one wait, and are refused when it is. */
function expected({ ends, because, rounds = 1, atOnce = 1 }: Scene, client: string): End[] {
  const one = because && thatReject.has(client) ? because : ends
  const others = Array.from({ length: atOnce - 1 }, () => because ?? ends)
  return Array.from({ length: rounds }, () => [one, ...others])
    .flat()
    .sort()
}
