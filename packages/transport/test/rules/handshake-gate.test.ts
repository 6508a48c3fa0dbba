import { describe, expect, it } from 'vitest'
import { NtlmError } from '../../src/errors.js'
import { type GateWaiter, HandshakeGate } from '../../src/http/handshake-gate.js'

const rejection = new NtlmError('ERR_NTLM_REJECTED', 'no', { hint: '' })

class Waiter implements GateWaiter {
  admitted = 0
  refusedWith: NtlmError | undefined
  admit() {
    this.admitted++
  }
  refuse(error: NtlmError) {
    this.refusedWith = error
  }
}

function queue(gate: HandshakeGate, count: number): Waiter[] {
  const waiters = Array.from({ length: count }, () => new Waiter())
  for (const waiter of waiters) gate.enter(waiter)
  return waiters
}

describe('the handshake gate', () => {
  it('admits one at a time, in order', () => {
    const gate = new HandshakeGate()
    const [first, second, third] = queue(gate, 3)
    expect([first, second, third].map((waiter) => waiter.admitted)).toEqual([1, 0, 0])
    gate.leave(first)
    expect([second, third].map((waiter) => waiter.admitted)).toEqual([1, 0])
  })

  it('lets its holder start over without a new turn', () => {
    const gate = new HandshakeGate()
    const [holder, other] = queue(gate, 2)
    gate.enter(holder)
    expect([holder.admitted, other.admitted]).toEqual([2, 0])
  })

  it('admits everybody once the origin accepted, now and later', () => {
    const gate = new HandshakeGate()
    const waiters = queue(gate, 3)
    gate.open()
    const late = queue(gate, 2)
    expect([...waiters, ...late].map((waiter) => waiter.admitted)).toEqual([1, 1, 1, 1, 1])
  })

  it('refuses whoever waits when the origin rejected, and admits the next who comes', () => {
    const gate = new HandshakeGate()
    const [holder, ...waiting] = queue(gate, 3)
    gate.refuse(rejection)
    gate.leave(holder)
    expect(waiting.map((waiter) => waiter.refusedWith)).toEqual([rejection, rejection])
    expect(waiting.map((waiter) => waiter.admitted)).toEqual([0, 0])
    const [later, last] = queue(gate, 2)
    expect([later.admitted, last.admitted]).toEqual([1, 0])
  })

  it('forgets who leaves while it waits', () => {
    const gate = new HandshakeGate()
    const [holder, gone, next] = queue(gate, 3)
    gate.leave(gone)
    gate.leave(holder)
    expect([gone.admitted, next.admitted]).toEqual([0, 1])
  })

  it('goes one at a time again when it is closed', () => {
    const gate = new HandshakeGate()
    gate.open()
    gate.close()
    const [first, second] = queue(gate, 2)
    expect([first.admitted, second.admitted]).toEqual([1, 0])
  })
})
