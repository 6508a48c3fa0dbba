import { describe, expect, it } from 'vitest'
import { belongsToLeg, Drain } from '../../src/http/leg.js'

describe('the body of an answer nobody waits for', () => {
  it('may have 1 MiB', () => {
    const drain = new Drain('http://intranet.corp', 'negotiate')
    expect(drain.take(Buffer.alloc(1024 * 1024))).toBeUndefined()
    expect(drain.take(Buffer.alloc(1))).toMatchObject({
      code: 'ERR_NTLM_RESPONSE_TOO_LARGE',
      phase: 'negotiate',
      message: 'http://intranet.corp answered a leg of the handshake with more than 1048576 bytes of body.',
    })
  })

  it('is too long once', () => {
    const drain = new Drain('http://intranet.corp', 'negotiate')
    expect(drain.take(Buffer.alloc(2 * 1024 * 1024))).toBeDefined()
    expect(drain.take(Buffer.alloc(1))).toBeUndefined()
  })
})

describe('the fields of a leg', () => {
  it.each(['Host', 'cookie', 'user-agent', 'accept', 'x-forms_based_auth_accepted', 'x-content-type'])(
    'have %s of the request',
    (name) => expect(belongsToLeg(name)).toBe(true),
  )

  it.each([
    ...[
      'Content-Length',
      'content-type',
      'Transfer-Encoding',
      'Trailer',
      'TE',
      'Expect',
      'Upgrade',
      'Connection',
    ],
    ...['Keep-Alive', 'Sec-WebSocket-Key', 'Range', 'If-Match', 'If-Modified-Since', 'Authorization'],
  ])('have no %s', (name) => expect(belongsToLeg(name)).toBe(false))
})
