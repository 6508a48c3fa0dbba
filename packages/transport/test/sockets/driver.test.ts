import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bare, CARRIED, challenge, GET, ok, POST, status } from '../rules/told-connection.js'
import { Owner, sessionWith } from './noting-owner.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a driver', () => {
  it('sends a leg, takes its turn to log on, and puts the request behind it', () => {
    const owner = new Owner(sessionWith(), POST).begin()
    owner.legEnds({ head: challenge })
    expect(owner.asked).toEqual(['leg HEAD', 'request with a token'])
    expect(owner.driver.answered(ok)).toEqual({ do: 'deliver', reusable: true })
  })

  it('takes back the answer to a request that carried the NEGOTIATE, and goes on when it has been read', () => {
    const owner = new Owner(sessionWith(), CARRIED).begin()
    expect(owner.driver.answered(challenge)).toEqual({ do: 'take back' })
    expect(owner.asked).toEqual(['request with a token'])
    owner.driver.proceed(false)
    expect(owner.asked).toEqual(['request with a token', 'request with a token'])
  })

  it('begins on another connection where that of the answer closed', () => {
    const owner = new Owner(sessionWith(), CARRIED).begin()
    owner.driver.answered(challenge)
    owner.driver.proceed(true)
    expect(owner.asked).toEqual(['request with a token', 'reconnect'])
  })

  it('keeps the cookies of what the client does not see', () => {
    const owner = new Owner(sessionWith(), CARRIED).begin()
    owner.driver.answered({ ...challenge, headers: { ...challenge.headers, 'set-cookie': ['lb=1; Path=/'] } })
    expect(owner.driver.cookies.sentWith('a=b')).toBe('a=b; lb=1')
    expect(owner.driver.cookies.deliveredWith([])).toEqual(['lb=1; Path=/'])
  })

  it('does not send on a connection that has closed meanwhile', () => {
    const owner = new Owner(sessionWith(), GET)
    owner.usable = false
    owner.begin()
    expect(owner.asked).toEqual(['reconnect'])
  })
})

describe('the time for the handshake', () => {
  it('is one for all connections, and what is left of it goes on with the next', () => {
    const owner = new Owner(sessionWith(), GET).begin()
    vi.advanceTimersByTime(6000)
    owner.legEnds({ lost: new Error('reset') })
    expect(owner.asked.at(-1)).toBe('reconnect')
    owner.begin()
    vi.advanceTimersByTime(3999)
    expect(owner.error).toBeUndefined()
    vi.advanceTimersByTime(2)
    expect(owner.error).toMatchObject({
      code: 'ERR_NTLM_TIMEOUT',
      message: expect.stringContaining('10000 ms'),
    })
  })

  it('does not run while the authenticated request is answered', () => {
    const owner = new Owner(sessionWith(), GET).begin()
    owner.legEnds({ head: challenge })
    vi.advanceTimersByTime(60_000)
    expect(owner.error).toBeUndefined()
  })

  it('runs while a password is fetched', async () => {
    const owner = new Owner(
      sessionWith(() => new Promise(() => {})),
      GET,
    ).begin()
    vi.advanceTimersByTime(10_001)
    expect(owner.error).toMatchObject({ code: 'ERR_NTLM_TIMEOUT', phase: 'negotiate' })
  })

  it('leaves no timer behind a request that is over', () => {
    const owner = new Owner(sessionWith(), GET).begin()
    owner.driver.finish()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a turn to log on', () => {
  it('is waited for while the verdict on another is out, two seconds at most', () => {
    const session = sessionWith()
    const [first, second] = [new Owner(session, GET).begin(), new Owner(session, GET).begin()]
    first.legEnds({ head: challenge })
    second.legEnds({ head: challenge })
    expect([first.asked.at(-1), second.asked.at(-1)]).toEqual(['request with a token', 'leg HEAD'])
    vi.advanceTimersByTime(2001)
    expect(second.asked.at(-1)).toBe('request with a token')
  })

  it('is not given behind a rejection: the request fails unsent', () => {
    const session = sessionWith()
    const [first, second] = [new Owner(session, GET).begin(), new Owner(session, GET).begin()]
    first.legEnds({ head: challenge })
    second.legEnds({ head: challenge })
    expect(first.driver.answered(bare)).toMatchObject({ do: 'deliver', error: { code: 'ERR_NTLM_REJECTED' } })
    expect(second.error).toMatchObject({ code: 'ERR_NTLM_REJECTED', cause: { code: 'ERR_NTLM_REJECTED' } })
    expect(second.asked).toEqual(['leg HEAD', 'fail'])
  })

  it('passes on when its holder gives up', () => {
    const session = sessionWith()
    const [first, second] = [new Owner(session, GET).begin(), new Owner(session, GET).begin()]
    first.legEnds({ head: challenge })
    second.legEnds({ head: challenge })
    first.driver.finish()
    expect(second.asked.at(-1)).toBe('request with a token')
  })
})

it('whatever calls back runs in the async context of its own request', () => {
  const context = new AsyncLocalStorage<string>()
  const session = sessionWith()
  const seen: unknown[] = []
  class Noting extends Owner {
    override sendRequest(): void {
      seen.push(context.getStore())
    }
  }
  const first = context.run('first', () => new Noting(session, GET).begin())
  const second = context.run('second', () => new Noting(session, GET).begin())
  first.legEnds({ head: challenge })
  second.legEnds({ head: challenge })
  context.run('first', () => first.driver.answered(status(200)))
  expect(seen).toEqual(['first', 'second'])
})
