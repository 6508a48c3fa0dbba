import { OutgoingRequest } from '@ntlmkit/transport'
import { describe, expect, it } from 'vitest'
import { ClientRequestRecord } from '../src/client-request-record.js'

const origin = 'http://x'
const outgoing = (method: string) =>
  new OutgoingRequest({ method, path: '/', hasBody: false, replayable: true })

describe('a recorded request', () => {
  it('is not replayed where the client would not send it again', () => {
    const record = new ClientRequestRecord({})
    record.begin(origin, 'GET')
    record.askForReplay(origin, outgoing('GET'))
    expect([record.mayBeReplayed, record.takeReplay()]).toEqual([false, false])
  })

  it('is not replayed unless an agent asked for it', () => {
    const record = new ClientRequestRecord({ replayable: true })
    record.begin(origin, 'GET')
    expect(record.takeReplay()).toBe(false)
  })

  it('is replayed once a time, and comes back with what was learned', () => {
    const record = new ClientRequestRecord({ replayable: true })
    const request = outgoing('GET')
    expect(record.begin(origin, 'GET')).toBeUndefined()
    record.askForReplay(origin, request)
    expect([record.takeReplay(), record.takeReplay()]).toEqual([true, false])
    expect(record.begin(origin, 'GET')).toBe(request)
    expect(record.begin(origin, 'GET')).toBeUndefined()
  })

  it('is replayed twice at most', () => {
    const record = new ClientRequestRecord({ replayable: true })
    const replays = Array.from({ length: 5 }, () => {
      record.begin(origin, 'GET')
      record.askForReplay(origin, outgoing('GET'))
      return record.takeReplay()
    })
    expect(replays).toEqual([true, true, false, false, false])
  })

  it('brings nothing to another origin', () => {
    const record = new ClientRequestRecord({ replayable: true })
    record.askForReplay(origin, outgoing('GET'))
    expect(record.begin('http://y', 'GET')).toBeUndefined()
  })

  it.each([
    ['POST', false],
    ['GET', true],
  ])('that began as a %s and was redirected is replayed: %s', (method, expected) => {
    const record = new ClientRequestRecord({ replayable: true })
    record.begin(origin, method)
    record.begin(origin, 'GET')
    record.askForReplay(origin, outgoing('GET'))
    expect(record.takeReplay()).toBe(expected)
  })

  it('forgets an older refusal when it goes again', () => {
    const record = new ClientRequestRecord({ replayable: true })
    record.refusal = new Error('x') as never
    record.begin(origin, 'GET')
    expect(record.refusal).toBeUndefined()
  })
})
