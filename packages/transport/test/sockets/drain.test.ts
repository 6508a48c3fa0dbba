import { describe, expect, it } from 'vitest'
import { Drain } from '../../src/sockets/drain.js'

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
