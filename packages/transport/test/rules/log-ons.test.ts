import { type Credential, NtlmError } from '@ntlmkit/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LogOn, LogOns, type LogOnWaiter } from '../../src/rules/log-ons.js'
import { nextInOrder } from '../../src/rules/outgoing-request.js'
import { ALICE, OTHER_PASSWORD } from './told-connection.js'

const MINUTE = 60_000
const no = new NtlmError('ERR_NTLM_REJECTED', 'no', { hint: '' })
let logOns: LogOns
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12) })
  logOns = new LogOns()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Somebody who wants to log on, and what it was told. */
class Waiter implements LogOnWaiter {
  told = 'waits'
  error: NtlmError | undefined
  logOn!: LogOn

  admit() {
    this.told = 'goes'
  }
  refuse(error: NtlmError) {
    this.told = 'refused'
    this.error = error
  }
}

function enter(path = '/a', origin = 'http://a', credential: Credential = ALICE): Waiter {
  const waiter = new Waiter()
  logOns.enter({ origin, path, credential, order: nextInOrder() }, waiter, (logOn) => {
    waiter.logOn = logOn
  })
  return waiter
}

const several = (count: number) => Array.from({ length: count }, () => enter())
const told = (waiters: Waiter[]) => waiters.map((waiter) => waiter.told).join(' ')

describe('a credential that is not proven', () => {
  it('is tried by one at a time, in order', () => {
    const waiters = several(3)
    expect(told(waiters)).toBe('goes waits waits')
    waiters[0].logOn.leave()
    expect(told(waiters)).toBe('goes goes waits')
  })

  it('that is proven then is tried by all who wait, and by any number for five seconds', () => {
    const waiters = several(3)
    waiters[0].logOn.proven('/a')
    vi.advanceTimersByTime(4999)
    const late = several(2)
    expect(told([...waiters, ...late])).toBe('goes goes goes goes goes')
    vi.advanceTimersByTime(1)
    for (const waiter of [...waiters, ...late]) waiter.logOn.proven('/a')
    vi.advanceTimersByTime(5000)
    expect(told(several(2))).toBe('goes waits')
  })

  it('that is rejected then fails all who wait, unsent, with when and until when', () => {
    const [first, ...waiting] = several(100)
    expect(first.logOn.refused(no)).toBe(true)
    expect(new Set(waiting.map((waiter) => waiter.told))).toEqual(new Set(['refused']))
    expect(waiting[0].error).toMatchObject({
      code: 'ERR_NTLM_REJECTED',
      message:
        'http://a rejected the credentials of LAB\\alice at 12:00:00 UTC: no log-on until 12:01:00 UTC.',
      cause: no,
      hint: expect.stringContaining('Another credential is tried at once'),
    })
  })

  it('is tried by the next in line when a verdict takes two seconds', () => {
    const waiters = several(3)
    vi.advanceTimersByTime(1999)
    expect(told(waiters)).toBe('goes waits waits')
    vi.advanceTimersByTime(1)
    expect(told(waiters)).toBe('goes goes waits')
  })

  it('is tried the later by the others, the more have gone without a verdict', () => {
    const waiters = several(4)
    const goneAfter = waiters.map((waiter) => {
      let seconds = 0
      for (; waiter.told === 'waits'; seconds += 1) vi.advanceTimersByTime(1000)
      return seconds
    })
    expect(goneAfter).toEqual([0, 2, 4, 4])
  })

  it('is tried by nobody in place of who leaves while it waits', () => {
    const waiters = several(3)
    waiters[1].logOn.leave()
    waiters[0].logOn.leave()
    expect(told(waiters)).toBe('goes waits goes')
    waiters[2].logOn.leave()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a credential that was rejected', () => {
  const refusal = (path = '/a', origin = 'http://a', credential = ALICE) =>
    logOns.refusal({ origin, path, credential, order: nextInOrder() })?.code

  it('is not tried for 1, 5, then 15 minutes', () => {
    for (const minutes of [1, 5, 15, 15]) {
      enter().logOn.refused(no)
      vi.advanceTimersByTime(minutes * MINUTE - 1)
      expect([refusal(), enter().told]).toEqual(['ERR_NTLM_REJECTED', 'refused'])
      vi.advanceTimersByTime(1)
      expect(refusal()).toBeUndefined()
    }
  })

  it('is tried at a second path once', () => {
    enter('/a').logOn.refused(no)
    const second = enter('/b')
    const third = enter('/c')
    expect(told([second, third])).toBe('goes waits')
    second.logOn.refused(no)
    expect(third.told).toBe('refused')
    expect([refusal('/b'), refusal('/d')]).toEqual(['ERR_NTLM_REJECTED', 'ERR_NTLM_REJECTED'])
  })

  it('is another one with another password: that is tried at once', () => {
    enter().logOn.refused(no)
    expect(refusal('/a', 'http://a', OTHER_PASSWORD)).toBeUndefined()
    expect(enter('/a', 'http://a', OTHER_PASSWORD).told).toBe('goes')
  })

  it('is not forgiven by a late verdict on the password before it', () => {
    const old = enter()
    const next = enter('/a', 'http://a', OTHER_PASSWORD)
    next.logOn.refused(no)
    old.logOn.refused(no)
    expect(refusal('/a', 'http://a', OTHER_PASSWORD)).toBe('ERR_NTLM_REJECTED')
  })

  it('is forgiven by a success', () => {
    enter().logOn.refused(no)
    enter('/b').logOn.proven('/b')
    expect(refusal()).toBeUndefined()
  })

  it('is looked for only where there was one', () => {
    expect(logOns.hasRejections).toBe(false)
    enter().logOn.refused(no)
    expect(logOns.hasRejections).toBe(true)
  })
})

describe('a connection that closes on the credential', () => {
  it('twice is a rejection', () => {
    expect(enter().logOn.lost(no)).toBe(false)
    expect(enter().logOn.lost(no)).toBe(true)
    expect(enter('/other').told).toBe('refused')
  })

  it('once is none, whatever comes next to it', () => {
    enter().logOn.lost(no)
    enter().logOn.proven('/a')
    expect(enter().logOn.lost(no)).toBe(false)
    expect(enter().told).toBe('goes')
  })
})

describe('an answer that shows neither: a 503 in between', () => {
  it('lets the next in line go, and uses one of two log-ons', () => {
    const [first, second, third] = several(3)
    first.logOn.unclear()
    expect(told([second, third])).toBe('goes waits')
    second.logOn.refused(no)
    expect([third.told, enter('/second-path').told]).toEqual(['refused', 'refused'])
  })

  it('is made good by what shows later that the credential was accepted', () => {
    const logOn = enter().logOn
    logOn.unclear()
    logOn.proven('/a')
    expect(told(several(2))).toBe('goes goes')
  })
})

describe('a credential that no origin has accepted', () => {
  const at = (host: string) => enter('/', `http://${host}`)

  it('has three failed log-ons over all of them', () => {
    const waiters = ['a', 'b', 'c', 'd', 'e'].map(at)
    expect(told(waiters)).toBe('goes goes goes waits waits')
    for (const waiter of waiters.slice(0, 3)) waiter.logOn.refused(no)
    expect(told(waiters.slice(3))).toBe('refused refused')
    expect(at('f')).toMatchObject({ told: 'refused', error: { code: 'ERR_NTLM_REJECTED' } })
  })

  it('has them again when the cool-down is over', () => {
    for (const host of ['a', 'b', 'c']) at(host).logOn.refused(no)
    vi.advanceTimersByTime(MINUTE)
    expect(at('d').told).toBe('goes')
  })

  it('has any number once one has accepted it', () => {
    const waiters = ['a', 'b', 'c', 'd'].map(at)
    waiters[0].logOn.proven('/')
    expect(told(waiters)).toBe('goes goes goes goes')
    for (const waiter of waiters.slice(1)) waiter.logOn.refused(no)
    expect(at('e').told).toBe('goes')
  })
})

describe('a credential that was proven', () => {
  it('and is refused is doubted: the next goes alone, where it was accepted', () => {
    enter('/home').logOn.proven('/home')
    const [first, second] = several(2)
    expect(first.logOn.refused(no)).toBe(false)
    expect(second.logOn.refused(no)).toBe(false)
    const alone = several(2)
    expect(told(alone)).toBe('goes waits')
    expect(alone[0].logOn.standing.proofPath).toBe('/home')
    expect(alone[0].logOn.refused(no)).toBe(true)
    expect(alone[1].told).toBe('refused')
  })

  it('costs a changed password two log-ons, however many come', () => {
    enter('/home').logOn.proven('/home')
    vi.advanceTimersByTime(10_000)
    const waiters = several(30)
    let sent = 0
    for (const waiter of waiters) {
      if (waiter.told !== 'goes') continue
      sent++
      waiter.logOn.refused(no)
    }
    expect([sent, new Set(waiters.slice(2).map((waiter) => waiter.told))]).toEqual([2, new Set(['refused'])])
  })
})

describe('a verdict', () => {
  it('is heard once', () => {
    const [first, second] = several(2)
    first.logOn.leave()
    first.logOn.refused(no)
    first.logOn.lost(no)
    first.logOn.unclear()
    expect([second.told, logOns.hasRejections]).toEqual(['goes', false])
  })

  it('leaves no timer behind', () => {
    const [first, second] = several(2)
    first.logOn.proven('/a')
    second.logOn.proven('/a')
    expect(vi.getTimerCount()).toBe(0)
  })
})
