import { beforeAll, describe, expect, it } from 'vitest'
import { lookedAt, thatReject } from './clients.js'
import { type Left, leaksOf, playProgram } from './played-program.js'
import { type End, type Scene, scenes } from './scenes.js'
import { playWatched } from './watched.js'

let program: Promise<Left | Error>

/** It takes as long as all that is played in this process, and so it is on its way meanwhile. */
beforeAll(() => {
  // What Node and undici print of what goes through them is none of ours, and has no token in it either.
  program = playProgram('ntlmkit,http,https,net,tls,undici,fetch').catch((error) => error)
})

describe.each(Object.entries(scenes))('%s', (_name, scene) => {
  it('ends as it should, and shows nothing secret to whoever looks at any object', async () => {
    const { ends, proved, leaks, wire, ofUndici } = await playWatched(scene, lookedAt)
    expect(ends).toEqual(expected(scene, lookedAt))
    expect({ leaks, wire }).toEqual({ leaks: [], wire: [] })
    // What undici itself tells of a request has its headers, with the AUTHENTICATE in them: see SECURITY.md.
    expect(ofUndici.keys).toEqual([])
    expect(ofUndici.proofs.some((line) => line.includes('AUTHENTICATE ('))).toBe(proved)
  })
})

describe('a program that prints all it gets, reports, and falls over all its errors', () => {
  it('shows nothing secret, whatever happened, whichever of them it used', { timeout: 120_000 }, async () => {
    const left = await program
    if (left instanceof Error) throw left
    for (const [name, scene] of Object.entries(scenes)) {
      expect({ name, ends: left.ends[name] }).toEqual({ name, ends: expected(scene, lookedAt) })
    }
    expect(left.exitCode).not.toBe(0)
    expect(left.error).toMatch(/NTLMKIT \d+: leg connection=\d+ .*phase=negotiate method=HEAD .*status=401/)
    expect(left.error).toMatch(/NTLMKIT \d+: refused .*code=ERR_NTLM_REJECTED/)
    expect(left.error).toMatch(/HTTP \d+: /)
    expect(left.error).toMatch(/AggregateError: Everything that failed/)
    expect(left.reports.filter((report) => report.includes('Everything that failed'))).toHaveLength(1)
    expect(left.reports).toHaveLength(3)
    expect(leaksOf(left)).toEqual([])
  })
})

function expected(scene: Scene, all: object): Record<string, End[]> {
  return Object.fromEntries(Object.keys(all).map((name) => [name, endsOf(scene, name)]))
}

/** Of requests at the same time all but one wait, and are refused when it is. */
function endsOf({ ends, because, rounds = 1, atOnce = 1 }: Scene, client: string): End[] {
  const one = because && thatReject.has(client) ? because : ends
  const others = Array.from({ length: atOnce - 1 }, () => because ?? ends)
  return Array.from({ length: rounds }, () => [one, ...others])
    .flat()
    .sort()
}
