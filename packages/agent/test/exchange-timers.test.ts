import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ExchangeTimers } from '../src/exchange-timers.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function timers({ whole = undefined as number | undefined, idle = 0 } = {}) {
  const fired: string[] = []
  const made = new ExchangeTimers({
    handshake: 100,
    onHandshake: () => fired.push('handshake'),
    whole,
    idle: () => idle,
    onClient: (milliseconds) => fired.push(`client ${milliseconds}`),
  })
  return { made, fired }
}

it('the handshake has its time, and not while somebody else is at one', () => {
  const { made, fired } = timers()
  made.start()
  vi.advanceTimersByTime(80)
  made.pauseHandshake()
  vi.advanceTimersByTime(1000)
  made.resumeHandshake()
  vi.advanceTimersByTime(99)
  expect(fired).toEqual([])
  vi.advanceTimersByTime(1)
  expect(fired).toEqual(['handshake'])
})

it('each leg has the client’s idle time', () => {
  const { made, fired } = timers({ idle: 40 })
  made.start()
  vi.advanceTimersByTime(30)
  made.restartIdle()
  vi.advanceTimersByTime(30)
  expect(fired).toEqual([])
  vi.advanceTimersByTime(10)
  expect(fired).toEqual(['client 40'])
})

it('all legs together have the whole time', () => {
  const { made, fired } = timers({ whole: 60 })
  made.start()
  vi.advanceTimersByTime(50)
  made.restartIdle()
  vi.advanceTimersByTime(10)
  expect(fired).toEqual(['client 60'])
})

it('nothing runs before the start, or after the stop', () => {
  const { made, fired } = timers({ idle: 10 })
  made.restartIdle()
  expect(vi.getTimerCount()).toBe(0)
  made.start()
  made.stop()
  expect([vi.getTimerCount(), made.running]).toEqual([0, false])
  vi.advanceTimersByTime(1000)
  expect(fired).toEqual([])
})
