import { beforeEach, describe, expect, it } from 'vitest'
import { OriginMemory } from '../../src/http/origin-memory.js'
import { OutgoingRequest } from '../../src/http/outgoing-request.js'
import type { ResponseHead } from '../../src/http/step.js'
import { decodeAuthenticate, encodeChallenge } from '../../src/ntlm/messages.js'
import { encodeNegTokenResp, type NegTokenResp } from '../../src/spnego/tokens.js'
import {
  BARE_GET,
  bare,
  CHALLENGE,
  Connection,
  challenge,
  closing,
  GET,
  ORIGIN,
  ok,
  POST,
  SIGNING_CHALLENGE,
  STREAM,
} from './told-connection.js'

let memory: OriginMemory
beforeEach(() => {
  memory = new OriginMemory(ORIGIN)
})

describe('rule 3: the NEGOTIATE leg is a HEAD', () => {
  it('answered with a challenge: the request follows once, with the AUTHENTICATE', () => {
    const connection = new Connection(memory)
    expect(connection.begin(STREAM)).toBe('leg HEAD 1')
    expect(connection.authorization).toMatch(/^NTLM TlRMTVNTUAAB/)
    expect(connection.answer(challenge)).toBe('send 3')
    expect(connection.auth.state).toBe('challenged')
    expect(connection.answer(ok)).toBe('deliver')
    expect(connection.auth.state).toBe('authenticated')
  })

  it.each([200, 204, 302, 304])(
    'answered with %i: the URL is anonymous, and the origin remembered',
    (status) => {
      const connection = new Connection(memory)
      connection.begin(POST)
      expect(connection.answer({ status, headers: {} })).toBe('send')
      expect(connection.answer(ok)).toBe('deliver')
      expect(connection.auth.state).toBe('plain')
      expect(new Connection(memory).begin(GET)).toBe('send')
    },
  )

  it('is sent for a body that goes once, even where the origin was seen to be anonymous', () => {
    memory.learnPlain()
    expect(new Connection(memory).begin(STREAM)).toBe('leg HEAD 1')
  })

  it.each([400, 403, 404, 405, 500, 501])(
    'answered with %i: what can be sent again goes plainly',
    (status) => {
      const connection = new Connection(memory)
      connection.begin(POST)
      expect(connection.answer({ status, headers: {} })).toBe('send')
      expect(connection.answer(bare)).toBe('leg POST 1')
      expect(connection.answer(challenge)).toBe('send 3')
      expect(connection.answer(ok)).toBe('deliver')
    },
  )

  it('answered with 405: what goes once gets a leg of its own method', () => {
    const connection = new Connection(memory)
    connection.begin(STREAM)
    expect(connection.answer({ status: 405, headers: {} })).toBe('leg POST 1')
    expect(connection.answer(challenge)).toBe('send 3')
  })

  it('is no longer sent where it was seen to mislead', () => {
    const connection = new Connection(memory)
    connection.begin(STREAM)
    connection.answer({ status: 405, headers: {} })
    connection.answer(challenge)
    connection.answer(ok)
    expect(new Connection(memory).begin(GET)).toBe('leg GET 1')
  })

  it('says nothing against HEAD when the URL does not exist', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    expect(connection.answer({ status: 404, headers: {} })).toBe('send')
    expect(connection.answer({ status: 404, headers: {} })).toBe('deliver')
    expect(new Connection(memory).begin(GET)).toBe('leg HEAD 1')
  })

  it('is followed by a leg of the own method where HEAD is open and the request is not', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    expect(connection.answer(ok)).toBe('send')
    expect(connection.answer(bare)).toBe('leg GET 1')
    expect(connection.answer(challenge)).toBe('send 3')
  })

  it('is bounded where the server contradicts itself', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    const steps: string[] = []
    for (let step = 'leg'; !/^(?:deliver|fail)/.test(step) && steps.length < 20; steps.push(step)) {
      step = connection.answer(step.startsWith('leg') ? ok : bare)
    }
    expect(steps).toEqual(['send', 'leg GET 1', 'fail ERR_NTLM_BAD_CHALLENGE'])
  })
})

describe('rule 4: an authenticated connection', () => {
  it('carries later requests without a token', () => {
    const connection = new Connection(memory)
    connection.authenticate()
    expect(connection.begin(STREAM)).toBe('send')
    expect(connection.answer(ok)).toBe('deliver')
  })

  it('is not used again when the server says it closes', () => {
    const connection = new Connection(memory)
    connection.authenticate()
    connection.begin(GET)
    expect(connection.answer(closing(ok))).toBe('deliver, close')
  })
})

describe('rule 5: a 401 on an authenticated connection', () => {
  it('starts over once on it', () => {
    const connection = new Connection(memory)
    connection.authenticate()
    connection.begin(GET)
    expect(connection.answer(bare)).toBe('leg HEAD 1')
    expect(connection.answer(challenge)).toBe('send 3')
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
  })

  it('on the very next request: the origin authenticates each one, and is remembered for it', () => {
    const connection = new Connection(memory)
    connection.authenticate()
    connection.begin(GET)
    connection.answer(bare)
    connection.answer(challenge)
    connection.answer(ok)
    expect(connection.begin(STREAM)).toBe('leg HEAD 1')
    expect(connection.answer(challenge)).toBe('send 3')
  })

  it('after requests that went well: the server forgot, once', () => {
    const connection = new Connection(memory)
    connection.authenticate()
    connection.begin(GET)
    connection.answer(ok)
    connection.begin(GET)
    connection.answer(bare)
    connection.answer(challenge)
    connection.answer(ok)
    expect(connection.begin(GET)).toBe('send')
  })

  it('is delivered to what cannot be sent again, and the connection closed', () => {
    const connection = new Connection(memory)
    connection.authenticate()
    connection.begin(BARE_GET)
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_BODY_NOT_REPLAYABLE')
  })

  it('with Persistent-Auth: false before it, does not happen', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    connection.answer(challenge)
    connection.answer({ status: 200, headers: { 'persistent-auth': 'false' } })
    expect(connection.begin(STREAM)).toBe('leg HEAD 1')
  })

  it('that offers nothing of ours is the response', () => {
    const connection = new Connection(memory)
    connection.authenticate()
    connection.begin(GET)
    const basic = { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
    expect(connection.answer(basic)).toBe('deliver, close ERR_NTLM_NOT_OFFERED')
  })
})

describe('rule 6: a bare challenge after the AUTHENTICATE', () => {
  it('is a rejection: delivered, never pooled, never retried', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    connection.answer(challenge)
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
    expect(connection.auth.state).toBe('rejected')
  })

  it('is an error under strict', () => {
    const connection = new Connection(memory, { strict: true })
    connection.begin(GET)
    connection.answer(challenge)
    expect(connection.answer(bare)).toBe('fail ERR_NTLM_REJECTED')
  })

  it('fails who waited meanwhile, without another attempt', () => {
    const waiting = new OutgoingRequest(GET, memory)
    const connection = new Connection(memory)
    connection.begin(GET)
    connection.answer(challenge)
    connection.answer(bare)
    expect(new Connection(memory).begin(waiting)).toBe('fail ERR_NTLM_REJECTED')
    expect(new Connection(memory).begin(GET)).toBe('leg HEAD 1')
  })

  it('rejects whatever new challenge comes instead', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    connection.answer(challenge)
    expect(connection.answer(challenge)).toBe('deliver, close ERR_NTLM_REJECTED')
  })
})

describe('rule 7: a bare 401 in answer to a NEGOTIATE', () => {
  it('asks once more on the same connection', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    expect(connection.answer(bare)).toBe('leg HEAD 1')
    expect(connection.answer(challenge)).toBe('send 3')
  })

  it('then gives up', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    connection.answer(bare)
    expect(connection.answer(bare)).toBe('fail ERR_NTLM_BAD_CHALLENGE')
  })
})

describe('the schemes', () => {
  const offers = (field: string | string[]): ResponseHead => ({
    status: 401,
    headers: { 'www-authenticate': field },
  })

  it('not offered: the request goes plainly, its 401 is the response, and the origin is remembered', () => {
    const connection = new Connection(memory, { schemes: ['ntlm'] })
    connection.begin(STREAM)
    expect(connection.answer(offers('Basic realm="x"'))).toBe('send')
    expect(connection.answer(offers('Basic realm="x"'))).toBe('deliver ERR_NTLM_NOT_OFFERED')
    expect(new Connection(memory, { schemes: ['ntlm'] }).begin(GET)).toBe('send')
  })

  it('are changed to one that is offered', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    expect(connection.answer(offers('Negotiate, Basic realm="x"'))).toBe('leg HEAD 0x60')
    expect(connection.authorization).toMatch(/^Negotiate /)
    expect(memory.scheme).toBe('negotiate')
    expect(new Connection(memory).begin(GET)).toBe('leg HEAD 0x60')
  })

  it('are read from joined and repeated fields', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    expect(connection.answer(offers(`Basic realm="a, NTLM b", NTLM ${CHALLENGE}, Negotiate`))).toBe('send 3')
    const other = new Connection(memory)
    other.begin(GET)
    expect(other.answer(offers(['Negotiate', `ntlm ${CHALLENGE}`]))).toBe('send 3')
  })
})

describe('Negotiate', () => {
  const spnego = (status: number, response: Omit<NegTokenResp, 'kind'>): ResponseHead => {
    const token = encodeNegTokenResp({ kind: 'resp', ...response }).toString('base64')
    return { status, headers: { 'www-authenticate': `Negotiate ${token}` } }
  }
  const challenged = spnego(401, { negState: 'accept-incomplete', responseToken: SIGNING_CHALLENGE })

  function answerChallenge(): Connection {
    const connection = new Connection(memory, { schemes: ['negotiate'] })
    connection.begin(STREAM)
    expect(connection.answer(challenged)).toBe('send 0xa1')
    return connection
  }

  it('is over when the server says nothing more', () => {
    expect(answerChallenge().answer(ok)).toBe('deliver')
  })

  it('is over when the server completes it', () => {
    expect(answerChallenge().answer(spnego(200, { negState: 'accept-completed' }))).toBe('deliver')
  })

  it('fails when the list of mechanisms was changed', () => {
    const forged = spnego(200, { negState: 'accept-completed', mechListMic: Buffer.alloc(16, 1) })
    expect(answerChallenge().answer(forged)).toBe('fail ERR_NTLM_INTEGRITY')
  })

  it.each<[string, ResponseHead]>([
    ['a reject', spnego(401, { negState: 'reject' })],
    ['another challenge', challenged],
    ['a bare 401', { status: 401, headers: { 'www-authenticate': 'Negotiate' } }],
  ])('is a rejection with %s', (_how, head) => {
    expect(answerChallenge().answer(head)).toBe('deliver, close ERR_NTLM_REJECTED')
  })

  it('takes a bare NTLM message in the place of SPNEGO, and answers in kind', () => {
    const connection = new Connection(memory, { schemes: ['negotiate'] })
    connection.begin(GET)
    const raw = {
      status: 401,
      headers: { 'www-authenticate': `Negotiate ${SIGNING_CHALLENGE.toString('base64')}` },
    }
    expect(connection.answer(raw)).toBe('send 3')
    expect(connection.answer(ok)).toBe('deliver')
  })
})

describe('bad input', () => {
  const token = (bytes: Uint8Array): ResponseHead => ({
    status: 401,
    headers: { 'www-authenticate': `NTLM ${Buffer.from(bytes).toString('base64')}` },
  })
  const whole = Buffer.from(CHALLENGE, 'base64')

  it.each<[string, ResponseHead]>([
    ['truncated', token(whole.subarray(0, 20))],
    ['not NTLM at all', token(Buffer.from('hello'))],
    ['no base64', { status: 401, headers: { 'www-authenticate': 'NTLM %%%, Negotiate' } }],
    ['a NEGOTIATE', token(Buffer.from('NTLMSSP\0\x01\0\0\0', 'latin1'))],
  ])('a challenge that is %s fails at the first leg', (_fault, head) => {
    const connection = new Connection(memory)
    connection.begin(GET)
    expect(connection.answer(head)).toBe('fail ERR_NTLM_BAD_CHALLENGE')
    expect(connection.auth.state).toBe('rejected')
  })

  it('a server that leaves NTLMv1 only is a downgrade', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    const nt4 = encodeChallenge({ flags: 0x8201, targetName: 'NT4', serverChallenge: Buffer.alloc(8) })
    expect(connection.answer(token(nt4))).toBe('fail ERR_NTLM_DOWNGRADE')
  })
})

describe('rule 2: a lost connection', () => {
  it('during the handshake is replaced twice, with whatever body', () => {
    const request = new OutgoingRequest(STREAM, memory)
    const steps = [1, 2, 3].map(() => {
      const connection = new Connection(memory)
      connection.begin(request)
      return connection.answer(closing(challenge))
    })
    expect(steps).toEqual(['reconnect', 'reconnect', 'fail ERR_NTLM_CONNECTION_CLOSED'])
  })

  it.each([
    ['a GET', GET, 'reconnect'],
    ['a POST', POST, 'fail ERR_NTLM_CONNECTION_CLOSED'],
    ['a stream', STREAM, 'fail ERR_NTLM_CONNECTION_CLOSED'],
  ])('after the AUTHENTICATE has left: %s', (_name, traits, expected) => {
    const connection = new Connection(memory)
    connection.begin(traits)
    connection.answer(challenge)
    expect(connection.lost()).toBe(expected)
  })

  it('on two AUTHENTICATEs, of whichever requests, is no accident: who waits is not tried', () => {
    const waiting = new OutgoingRequest(GET, memory)
    const steps = [POST, GET].map((traits) => {
      const connection = new Connection(memory)
      connection.begin(traits)
      connection.answer(challenge)
      return connection.lost()
    })
    expect(steps).toEqual(['fail ERR_NTLM_CONNECTION_CLOSED', 'fail ERR_NTLM_CONNECTION_CLOSED'])
    const connection = new Connection(memory)
    expect(connection.begin(waiting)).toBe('fail ERR_NTLM_CONNECTION_CLOSED')
    expect(connection.error).toMatchObject({
      message: `${ORIGIN} closed the connection on the credentials while this request waited.`,
    })
  })

  it('on any number of AUTHENTICATEs is one, where the credentials were accepted before', () => {
    new Connection(memory).authenticate()
    const request = new OutgoingRequest(GET, memory)
    const steps = [1, 2, 3].map(() => {
      const connection = new Connection(memory)
      connection.begin(request)
      connection.answer(challenge)
      return connection.lost()
    })
    expect(steps).toEqual(['reconnect', 'reconnect', 'fail ERR_NTLM_CONNECTION_CLOSED'])
    expect(memory.rejection).toBeUndefined()
  })

  it('before the AUTHENTICATE has left, replaces it for any body', () => {
    const connection = new Connection(memory)
    connection.begin(STREAM)
    connection.answer(challenge)
    expect(connection.lost(new Error('reset'), false)).toBe('reconnect')
  })

  it.each([
    ['a GET goes once more', GET, 'reconnect'],
    ['a PUT goes once more', { ...POST, method: 'PUT' }, 'reconnect'],
    ['a POST fails with its own error', POST, 'fail reset'],
    ['a streamed PUT fails with its own error', { ...STREAM, method: 'PUT' }, 'fail reset'],
    ['a POST that its caller calls idempotent goes once more', { ...POST, idempotent: true }, 'reconnect'],
  ])('re-used, and closed before the answer: %s', (_rule, traits, expected) => {
    const connection = new Connection(memory)
    connection.authenticate()
    connection.begin(traits)
    expect(connection.lost()).toBe(expected)
  })

  it('a second time is the client’s own error', () => {
    const request = new OutgoingRequest(GET, memory)
    const first = new Connection(memory)
    first.authenticate()
    first.begin(request)
    expect(first.lost()).toBe('reconnect')
    const second = new Connection(memory)
    second.authenticate()
    second.begin(request)
    expect(second.lost()).toBe('fail reset')
  })

  it('that was never used fails with the client’s own error', () => {
    memory.learnPlain()
    const connection = new Connection(memory)
    connection.begin(GET)
    expect(connection.lost()).toBe('fail reset')
  })
})

describe('over TLS', () => {
  it('the binding is that of the certificate, and its absence an error', () => {
    memory = new OriginMemory('https://intranet.corp')
    expect(new Connection(memory).begin(GET)).toBe('fail ERR_NTLM_CHANNEL_BINDING')
    expect(new Connection(memory, { channelBinding: 'none' }).begin(GET)).toBe('leg HEAD 1')
  })
})

describe('what is sent', () => {
  it('names the service, the account and no workstation', () => {
    const connection = new Connection(memory)
    connection.begin(GET)
    connection.answer(challenge)
    const message = decodeAuthenticate(Buffer.from(connection.authorization.slice(5), 'base64'))
    expect(message).toMatchObject({ user: 'alice', domain: 'LAB', workstation: '' })
    expect(message.mic).toHaveLength(16)
    expect(Buffer.from(message.ntResponse).toString('utf16le')).toContain('HTTP/intranet.corp')
  })

  it('goes to a proxy in its own fields', () => {
    const connection = new Connection(memory, {}, { target: 'proxy' })
    expect(connection.auth.credentialsField).toBe('proxy-authorization')
    connection.begin(GET)
    expect(connection.answer({ status: 407, headers: { 'proxy-authenticate': `NTLM ${CHALLENGE}` } })).toBe(
      'send 3',
    )
  })
})
