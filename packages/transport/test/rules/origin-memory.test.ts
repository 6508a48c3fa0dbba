import { beforeEach, describe, expect, it } from 'vitest'
import { OriginMemory } from '../../src/rules/origin-memory.js'
import { ORIGIN } from './told-connection.js'

const MINUTE = 60_000
let now: number
let memory: OriginMemory
beforeEach(() => {
  now = 0
  memory = new OriginMemory(ORIGIN, () => now)
})

describe('what is learned: the scheme of an origin', () => {
  it('is that of a challenge, until a 401 does not offer it', () => {
    expect(memory.scheme).toBeUndefined()
    memory.learnScheme('negotiate')
    now += 100 * MINUTE
    expect(memory.scheme).toBe('negotiate')
    memory.forgetScheme()
    expect(memory.scheme).toBeUndefined()
  })
})

describe('what is learned: a method and path asks, or lets pass', () => {
  it('holds for ten minutes', () => {
    memory.learnAsks('POST', '/a', false)
    memory.learnPasses('GET', '/b')
    now += 10 * MINUTE - 1
    expect([memory.asks('POST', '/a'), memory.passes('GET', '/b')]).toEqual([true, true])
    now += 1
    expect([memory.asks('POST', '/a'), memory.passes('GET', '/b')]).toEqual([false, false])
  })

  it('holds for this method and path, whatever its query is', () => {
    memory.learnAsks('POST', '/a?x=1', false)
    expect(memory.asks('POST', '/a?y=2')).toBe(true)
    expect([memory.asks('GET', '/a'), memory.asks('POST', '/a/b')]).toEqual([false, false])
  })

  it('is undone by the opposite answer', () => {
    memory.learnAsks('GET', '/a', true)
    memory.learnPasses('GET', '/a')
    expect([memory.asks('GET', '/a'), memory.passes('GET', '/a')]).toEqual([false, true])
    memory.learnAsks('GET', '/a', true)
    expect([memory.asks('GET', '/a'), memory.passes('GET', '/a')]).toEqual([true, false])
  })

  it('is kept for 1,000 places, the least recently used forgotten', () => {
    for (let i = 0; i < 1000; i++) memory.learnAsks('GET', `/${i}`, true)
    expect(memory.asks('GET', '/0')).toBe(true)
    memory.learnAsks('GET', '/more', true)
    expect([memory.asks('GET', '/0'), memory.asks('GET', '/1')]).toEqual([true, false])
  })

  it('names a path to authenticate a connection at: the last that asked a safe method, until it lets pass', () => {
    memory.learnAsks('POST', '/api', false)
    expect(memory.askingPath).toBeUndefined()
    memory.learnAsks('GET', '/home', true)
    memory.learnPasses('GET', '/other')
    expect(memory.askingPath).toBe('/home')
    memory.learnPasses('GET', '/home')
    expect(memory.askingPath).toBeUndefined()
  })
})

describe('what is learned: HEAD is no use', () => {
  it('holds for ten minutes', () => {
    memory.learnHeadIsNoUse()
    now += 10 * MINUTE - 1
    expect(memory.headIsNoUse).toBe(true)
    now += 1
    expect(memory.headIsNoUse).toBe(false)
  })

  it('is undone by one that was answered with a token, and undoes that', () => {
    memory.learnHeadIsNoUse()
    memory.learnHeadIsOfUse()
    expect([memory.headIsNoUse, memory.headIsOfUse]).toEqual([false, true])
    memory.learnHeadIsNoUse()
    expect([memory.headIsNoUse, memory.headIsOfUse]).toEqual([true, false])
  })
})

describe('what is learned: tokens are disliked where none is needed', () => {
  it('holds for ten minutes, or until the origin asks', () => {
    memory.learnDislikesTokens()
    expect(memory.dislikesTokens).toBe(true)
    memory.learnScheme('ntlm')
    expect(memory.dislikesTokens).toBe(false)
    memory.forgetScheme()
    now += 10 * MINUTE
    expect(memory.dislikesTokens).toBe(false)
  })
})

describe('what is learned: every request is authenticated', () => {
  it('after two in a row whose fresh authentication was forgotten at once', () => {
    memory.learnForgotten()
    expect([memory.maySoAuthenticate, memory.authenticatesEveryRequest]).toEqual([true, false])
    memory.learnForgotten()
    expect(memory.authenticatesEveryRequest).toBe(true)
  })

  it('not after two with a request between that was served', () => {
    memory.learnForgotten()
    memory.learnPersists()
    memory.learnForgotten()
    expect(memory.authenticatesEveryRequest).toBe(false)
  })

  it('at once where the server says so', () => {
    memory.learnAuthenticatesEveryRequest()
    expect(memory.authenticatesEveryRequest).toBe(true)
  })

  it('until one request without a token is served, which is tried every 50 requests', () => {
    memory.learnAuthenticatesEveryRequest()
    const tries = Array.from({ length: 100 }, () => {
      // Each answer says it again, which does not put the next try off.
      memory.learnAuthenticatesEveryRequest()
      return memory.isTimeToTryWithout()
    })
    expect(tries.flatMap((tried, i) => (tried ? [i + 1] : []))).toEqual([50, 100])
    memory.learnPersists()
    expect([memory.authenticatesEveryRequest, memory.maySoAuthenticate]).toEqual([false, false])
  })
})
