import { OriginMemory, OutgoingRequest } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import { RequestTrack } from '../src/tracked-request.js'

const memory = new OriginMemory('http://x')
const outgoing = (method: string) => new OutgoingRequest({ method, hasBody: false, replayable: true }, memory)

describe('a tracked request', () => {
  it('is not replayed unless an agent asked for it', () => {
    const track = new RequestTrack({})
    track.begin(memory, 'GET')
    expect(track.takeReplay()).toBe(false)
  })

  it('is replayed once a time, and comes back with what was learned', () => {
    const track = new RequestTrack({})
    const request = outgoing('GET')
    expect(track.begin(memory, 'GET')).toBeUndefined()
    track.askForReplay(memory, request)
    expect([track.takeReplay(), track.takeReplay()]).toEqual([true, false])
    expect(track.begin(memory, 'GET')).toBe(request)
    expect(track.begin(memory, 'GET')).toBeUndefined()
  })

  it('is replayed twice at most', () => {
    const track = new RequestTrack({})
    const replays = Array.from({ length: 5 }, () => {
      track.begin(memory, 'GET')
      track.askForReplay(memory, outgoing('GET'))
      return track.takeReplay()
    })
    expect(replays).toEqual([true, true, false, false, false])
  })

  it('brings nothing to another origin', () => {
    const track = new RequestTrack({})
    track.askForReplay(memory, outgoing('GET'))
    expect(track.begin(new OriginMemory('http://y'), 'GET')).toBeUndefined()
  })

  it.each([
    ['POST', false],
    ['GET', true],
  ])('that began as a %s and was redirected is replayed: %s', (method, expected) => {
    const track = new RequestTrack({})
    track.begin(memory, method)
    track.begin(memory, 'GET')
    track.askForReplay(memory, outgoing('GET'))
    expect(track.takeReplay()).toBe(expected)
  })

  it('forgets an older refusal when it goes again', () => {
    const track = new RequestTrack({})
    track.refusal = new Error('x') as never
    track.begin(memory, 'GET')
    expect(track.refusal).toBeUndefined()
  })
})
