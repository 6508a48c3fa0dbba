import { describe, expect, it } from 'vitest'
import { isIdempotent, isSafe, OutgoingRequest } from '../../src/rules/outgoing-request.js'
import { GET, POST, STREAM } from './told-connection.js'

describe('a method', () => {
  it.each([
    ['GET', true, true],
    ['HEAD', true, true],
    ['OPTIONS', true, true],
    ['TRACE', true, true],
    ['PUT', false, true],
    ['DELETE', false, true],
    ['POST', false, false],
    ['PATCH', false, false],
    ['QUERY', false, false],
  ])('%s is safe: %s, idempotent: %s (RFC 9110 9.2)', (method, safe, idempotent) => {
    expect([isSafe(method), isIdempotent(method)]).toEqual([safe, idempotent])
  })
})

describe('a request whose connection was lost may go again', () => {
  const may = (traits: typeof GET, sent = true, reused = true) =>
    new OutgoingRequest(traits).mayRepeat(sent, reused)

  it('where nothing of it has left, whatever it is', () => {
    expect([may(STREAM, false, false), may(POST, false, false)]).toEqual([true, true])
  })

  it('not where its body cannot be sent again', () => {
    expect(may({ ...STREAM, method: 'PUT' })).toBe(false)
  })

  it('not where it is not idempotent, unless its caller calls it so', () => {
    expect([may(POST), may({ ...POST, idempotent: true })]).toEqual([false, true])
    expect(may({ ...GET, idempotent: false })).toBe(false)
  })

  it('not on a connection that had served nothing: that is an answer', () => {
    expect([may(GET, true, false), may(GET, true, true)]).toEqual([false, true])
  })

  it('once', () => {
    const request = new OutgoingRequest({ ...POST, method: 'PUT' })
    expect([request.mayRepeat(true, true), request.mayRepeat(true, true)]).toEqual([true, false])
  })
})

describe('the budget of a handshake', () => {
  it('is three requests with a token, the last of them for an AUTHENTICATE', () => {
    const request = new OutgoingRequest(GET)
    const before = [0, 1, 2].map(() => {
      const may = request.mayNegotiateAgain
      request.spendToken()
      return may
    })
    expect(before).toEqual([true, true, false])
    expect(request.mayGoOnNegotiating).toBe(false)
  })

  it('begins anew when a token was accepted, or a leg was no use', () => {
    const request = new OutgoingRequest(GET)
    for (let spent = 0; spent < 3; spent++) request.spendToken()
    request.renewTokens()
    expect(request.mayNegotiateAgain).toBe(true)
  })

  it('lets a negotiation go on behind the AUTHENTICATE only for what can be sent again', () => {
    expect(new OutgoingRequest(GET).mayGoOnNegotiating).toBe(true)
    expect(new OutgoingRequest(STREAM).mayGoOnNegotiating).toBe(false)
  })

  it('has one more NEGOTIATE for one that was answered without a CHALLENGE, until one comes', () => {
    const request = new OutgoingRequest(GET)
    expect([request.mayAskAgain(), request.mayAskAgain()]).toEqual([true, false])
    request.challenged()
    expect(request.mayAskAgain()).toBe(true)
  })

  it('replaces a connection that is lost during the handshake twice', () => {
    const request = new OutgoingRequest(STREAM)
    expect([1, 2, 3].map(() => request.mayReconnect())).toEqual([true, true, false])
  })
})
