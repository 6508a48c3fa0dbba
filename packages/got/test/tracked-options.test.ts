import { Agent } from 'node:http'
import { Readable } from 'node:stream'
import { ntlmAgents } from '@ntlmkit/agent'
import { Options } from 'got'
import { describe, expect, it } from 'vitest'
import { givenAgents, trackOf, traitsOf, useTrack } from '../src/tracked-options.js'

const agents = ntlmAgents({ username: 'u', password: 'p', origins: '*' })
const options = (init: object = {}) => new Options('http://x', init)

describe('what an agent cannot see of a request', () => {
  it.each<[object, boolean, boolean]>([
    [{}, false, true],
    [{ method: 'POST', json: { a: 1 } }, true, true],
    [{ method: 'POST', form: { a: 1 } }, true, true],
    [{ method: 'POST', body: 'abc' }, true, true],
    [{ method: 'POST', body: Buffer.from('abc') }, true, true],
    [{ method: 'POST', body: new FormData() }, true, true],
    [{ method: 'POST', body: Readable.from(['abc']) }, true, false],
  ])('of %o', (init, hasBody, replayable) => {
    expect(traitsOf(options(init))).toEqual({ hasBody, replayable })
  })

  it('of a stream: nothing is replayed, and a body may yet be piped in', () => {
    const stream = options({ method: 'POST' })
    stream.isStream = true
    expect(traitsOf(stream)).toEqual({})
  })
})

describe('the agents in options', () => {
  it('are found again, with those that they stand for', () => {
    const given = { http: new Agent(), https: false as const }
    const some = options({ agent: given })
    expect(givenAgents(some)).toEqual(given)
    const tracked = agents.track({})
    useTrack(some, tracked, given)
    expect(trackOf(some)).toBe(tracked)
    expect(givenAgents(some)).toEqual(given)
    expect(trackOf(options())).toBeUndefined()
    expect(givenAgents(options())).toEqual({})
  })

  it('take the place of those of the page before, and the user’s calculateDelay stays', () => {
    const calculateDelay = () => 42
    const some = options({ retry: { calculateDelay } })
    for (let page = 0; page < 3; page++) useTrack(some, agents.track({}))
    const attempt = { computedValue: 1 } as never
    expect(some.retry.calculateDelay?.(attempt)).toBe(42)
  })
})
