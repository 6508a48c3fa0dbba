import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ClientTimer } from '../src/client-timer.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function timer(idle: number) {
  const over: number[] = []
  return {
    made: new ClientTimer({ idle: () => idle, onOver: (milliseconds) => over.push(milliseconds) }),
    over,
  }
}

it('each leg has the client’s idle time', () => {
  const { made, over } = timer(40)
  made.start()
  vi.advanceTimersByTime(30)
  made.restart()
  vi.advanceTimersByTime(30)
  expect(over).toEqual([])
  vi.advanceTimersByTime(10)
  expect(over).toEqual([40])
})

it('no limit is no timer', () => {
  timer(0).made.start()
  expect(vi.getTimerCount()).toBe(0)
})

it('nothing runs before the start, or after the stop', () => {
  const { made, over } = timer(10)
  made.restart()
  expect(vi.getTimerCount()).toBe(0)
  made.start()
  made.stop()
  expect([vi.getTimerCount(), made.running]).toEqual([0, false])
  vi.advanceTimersByTime(1000)
  expect(over).toEqual([])
})
