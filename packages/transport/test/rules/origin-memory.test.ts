import { describe, expect, it, vi } from 'vitest'
import { Credential } from '../../src/credentials.js'
import { NtlmError } from '../../src/errors.js'
import { OriginMemory } from '../../src/http/origin-memory.js'
import { OutgoingRequest } from '../../src/http/outgoing-request.js'

const credential = new Credential({ user: 'alice', domain: 'LAB' }, Buffer.alloc(16, 3))
const rejection = () => new NtlmError('ERR_NTLM_REJECTED', 'no', { hint: '' })
const waiter = () => ({ admit: vi.fn(), refuse: vi.fn() })

function waiting(memory: OriginMemory) {
  const [holder, other] = [waiter(), waiter()]
  memory.gate.enter(holder)
  memory.gate.enter(other)
  return other
}

describe('what is remembered of an origin', () => {
  it('opens the gate when it asks for nothing', () => {
    const memory = new OriginMemory('http://a')
    const other = waiting(memory)
    memory.learnPlain()
    expect([memory.plain, other.admit.mock.calls.length]).toEqual([true, 1])
  })

  it('closes it again when the origin asks after all', () => {
    const memory = new OriginMemory('http://a')
    memory.learnPlain()
    memory.learnScheme('ntlm')
    expect([memory.plain, waiting(memory).admit.mock.calls.length]).toEqual([false, 0])
  })

  it('keeps a scheme that was seen, whatever another URL needs', () => {
    const memory = new OriginMemory('http://a')
    memory.learnScheme('negotiate')
    memory.learnPlain()
    expect([memory.plain, memory.scheme]).toEqual([false, 'negotiate'])
  })

  it('refuses who waits when the credentials are rejected, and asks for one at a time from then on', () => {
    const memory = new OriginMemory('http://a')
    memory.learnAccepted(credential, '/')
    const error = rejection()
    memory.learnRejected(error)
    expect(memory.rejection).toBe(error)
    const other = waiting(memory)
    expect(other.admit).not.toHaveBeenCalled()
    memory.learnRejected(rejection())
    expect(other.refuse).toHaveBeenCalledOnce()
  })

  it('forgets a rejection once the credentials are accepted', () => {
    const memory = new OriginMemory('http://a')
    memory.learnRejected(rejection())
    memory.learnAccepted(credential, '/')
    expect(memory.rejection).toBeUndefined()
  })
})

describe('a request', () => {
  const traits = { method: 'GET', hasBody: false, replayable: true }

  it.each([
    ['GET', true],
    ['HEAD', true],
    ['PUT', true],
    ['DELETE', true],
    ['OPTIONS', true],
    ['TRACE', true],
    ['POST', false],
    ['PATCH', false],
  ])('%s may be repeated: %s (RFC 9110 9.2.2)', (method, repeatable) => {
    expect(new OutgoingRequest({ ...traits, method }, new OriginMemory('http://a')).repeatable).toBe(
      repeatable,
    )
  })

  it('may not be repeated when its body cannot be sent again', () => {
    const once = { method: 'PUT', hasBody: true, replayable: false }
    expect(new OutgoingRequest(once, new OriginMemory('http://a')).repeatable).toBe(false)
  })

  it('knows a rejection that came while it waited from an older one', () => {
    const memory = new OriginMemory('http://a')
    memory.learnRejected(rejection())
    const request = new OutgoingRequest(traits, memory)
    expect(request.rejectedMeanwhile(memory)).toBeUndefined()
    const newer = rejection()
    memory.learnRejected(newer)
    expect(request.rejectedMeanwhile(memory)).toBe(newer)
  })
})
