import { encodeNegTokenResp, type NegTokenResp } from '@ntlmkit/core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ResponseHead } from '../../src/rules/answer.js'
import { OutgoingRequest } from '../../src/rules/outgoing-request.js'
import {
  bare,
  CARRIED,
  type Connection,
  challenge,
  closing,
  GET,
  ORIGIN,
  OTHER_PASSWORD,
  offers,
  ok,
  POST,
  SIGNING_CHALLENGE,
  Site,
  STREAM,
  status,
} from './told-connection.js'

const HOME = { ...GET, path: '/home' }
const FORBIDDEN = { ...GET, path: '/forbidden' }
let site: Site
beforeEach(() => {
  site = new Site()
})

/** A connection whose CHALLENGE was answered for this request. */
function answering(request: typeof GET | OutgoingRequest = GET): Connection {
  const connection = site.connect()
  connection.begin(request)
  connection.answer(challenge)
  return connection
}

describe('an AUTHENTICATE that is answered', () => {
  const isProven = () => site.session.logOns.standing(ORIGIN, site.credential).isProven

  it.each([200, 204, 304, 403, 404])(
    'with %i authenticates the connection, and proves the credential',
    (code) => {
      const connection = answering()
      expect(connection.answer(status(code))).toBe('deliver')
      expect([connection.auth.state, isProven()]).toEqual(['authenticated', true])
    },
  )

  it.each([302, 400, 405, 500, 503])('with %i is the client’s answer, and proves nothing', (code) => {
    const connection = answering()
    expect(connection.answer(status(code))).toBe('deliver')
    expect([connection.auth.state, isProven()]).toEqual(['authenticated', false])
  })

  it('with 503 and Persistent-Auth proves it', () => {
    answering().answer(status(503, { 'persistent-auth': 'true' }))
    expect(isProven()).toBe(true)
  })

  it('with 503 is no hiccup that lasts: what the connection serves next proves it', () => {
    const connection = answering()
    connection.answer(status(503))
    connection.begin(GET)
    connection.answer(ok)
    expect([isProven(), site.memory.authenticatesEveryRequest]).toEqual([true, false])
  })

  it('with Persistent-Auth: false makes the next one authenticate again', () => {
    const connection = answering()
    connection.answer(status(200, { 'persistent-auth': 'false' }))
    expect(connection.begin(STREAM)).toBe('leg HEAD 1')
  })

  it('with Connection: close is the client’s answer all the same', () => {
    expect(answering().answer(closing(status(503)))).toBe('deliver, close')
  })
})

describe('an AUTHENTICATE that is answered with a 401', () => {
  it('is a rejection: delivered, never pooled, never retried', () => {
    const connection = answering()
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
    expect([connection.auth.state, site.rejection()?.message]).toEqual([
      'rejected',
      `${ORIGIN} rejected the NTLM credentials of LAB\\alice.`,
    ])
  })

  it('and another CHALLENGE is one too', () => {
    expect(answering().answer(challenge)).toBe('deliver, close ERR_NTLM_REJECTED')
  })

  it('is an error under strict', () => {
    site = new Site({ strict: true })
    expect(answering().answer(bare)).toBe('fail ERR_NTLM_REJECTED')
  })

  it('fails who waits for the verdict, unsent', () => {
    const first = answering()
    const waiting = site.connect()
    waiting.begin(GET)
    expect(waiting.answer(challenge)).toBe('waits')
    first.answer(bare)
    expect(waiting.error).toMatchObject({ code: 'ERR_NTLM_REJECTED' })
    expect(site.connect().begin(GET)).toBe('fail ERR_NTLM_REJECTED')
  })

  it('is no verdict on another password: that is tried at once', () => {
    answering().answer(bare)
    site.credential = OTHER_PASSWORD
    expect(answering().answer(ok)).toBe('deliver')
  })
})

describe('a 401 in spite of a credential that was accepted before', () => {
  /** Alice was accepted for `/home`, and then refused for `/forbidden` on the same connection. */
  function doubted(): Connection {
    const connection = site.authenticated(HOME)
    connection.begin(FORBIDDEN)
    expect(connection.answers(bare, challenge, bare).at(-1)).toBe('deliver, close ERR_NTLM_REJECTED')
    return connection
  }

  it('is a matter of rights, and says so', () => {
    expect(doubted().error).toMatchObject({
      phase: 'authenticate',
      message: `${ORIGIN} accepted the NTLM credentials of LAB\\alice before, and refuses this request.`,
      hint: expect.stringContaining('the right to this path'),
    })
    expect([site.rejection(), site.memory.authenticatesEveryRequest]).toEqual([undefined, false])
  })

  it('makes the next handshake prove itself where the credential was accepted, and the request follows', () => {
    doubted()
    const connection = site.connect()
    expect(connection.begin(FORBIDDEN)).toBe('leg HEAD 1')
    expect(connection.answers(challenge, ok, status(403))).toEqual(['leg HEAD /home 3', 'send', 'deliver'])
    expect(site.connect().begin(HOME)).toBe('leg HEAD 1')
  })

  it('is final where the request is refused behind its proof', () => {
    doubted()
    const connection = answering(FORBIDDEN)
    expect(connection.answers(ok, bare)).toEqual(['send', 'deliver, close ERR_NTLM_REJECTED'])
    expect(site.rejection()).toBeUndefined()
  })

  it('is cleared up by the proof: the handshake after it goes as ever', () => {
    doubted()
    answering(HOME).answers(ok, ok)
    const next = site.connect()
    next.begin(HOME)
    expect(next.answer(challenge)).toBe('send 3')
  })

  it('whose proof is refused too: the password has changed, and nobody tries it again', () => {
    doubted()
    expect(answering(HOME).answer(bare)).toBe('fail ERR_NTLM_REJECTED')
    expect(site.rejection()?.message).toBe(`${ORIGIN} rejected the NTLM credentials of LAB\\alice.`)
    expect(site.connect().begin(FORBIDDEN)).toBe('fail ERR_NTLM_REJECTED')
  })

  it('whose proof is answered and closed goes on with a new connection', () => {
    doubted()
    expect(answering(HOME).answer(closing(ok))).toBe('reconnect')
  })

  it('whose request loses its connection behind the proof is authenticated anew', () => {
    doubted()
    const request = new OutgoingRequest(HOME)
    const connection = answering(request)
    connection.answer(ok)
    expect(connection.lost()).toBe('reconnect')
    const next = site.connect()
    next.begin(request)
    expect(next.answers(challenge, ok)).toEqual(['send 3', 'deliver'])
  })

  it.each([405, 503])(
    'whose proof is answered with %i, which is none: the request carries its own',
    (code) => {
      doubted()
      const connection = answering(HOME)
      expect(connection.answers(status(code), challenge, ok)).toEqual(['leg HEAD 1', 'send 3', 'deliver'])
      const next = site.connect()
      next.begin(HOME)
      expect(next.answer(challenge)).toBe('send 3')
    },
  )

  it('is proved by GET where no HEAD was seen to be answered: silence would look like a no', () => {
    site.authenticated({ ...CARRIED, path: '/home' })
    const connection = site.connect()
    connection.begin({ ...CARRIED, path: '/forbidden' })
    connection.answers(challenge, bare)
    const next = site.connect()
    next.begin({ ...CARRIED, path: '/forbidden' })
    expect(next.answer(challenge)).toBe('leg GET /home 3')
  })

  it.each(['silent', 'garbled'] as const)(
    'whose proof by HEAD is %s goes on with a new connection, by GET',
    (how) => {
      doubted()
      const request = new OutgoingRequest(HOME)
      const connection = answering(request)
      expect(connection[how]()).toBe('reconnect')
      const next = site.connect()
      next.begin(request)
      expect(next.answer(challenge)).toBe('leg GET /home 3')
    },
  )

  it('is proved nowhere but on the request where only a POST was accepted, whose URL may be open otherwise', () => {
    const first = site.connect()
    first.begin({ ...POST, path: '/api' })
    first.answers(ok, bare, challenge, ok)
    const second = site.connect()
    second.begin(FORBIDDEN)
    second.answers(challenge, bare)
    const third = site.connect()
    third.begin(FORBIDDEN)
    expect(third.answer(challenge)).toBe('send 3')
  })

  it('of two at once is one doubt, and no rejection', () => {
    site.authenticated(HOME)
    const both = [answering(FORBIDDEN), answering({ ...FORBIDDEN, path: '/forbidden-too' })]
    for (const connection of both) {
      expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
    }
    expect(site.rejection()).toBeUndefined()
  })

  it('is no doubt about another password: that one is tried as it is', () => {
    doubted()
    site.credential = OTHER_PASSWORD
    const connection = site.connect()
    connection.begin(FORBIDDEN)
    expect(connection.answers(challenge, bare)).toEqual(['send 3', 'deliver, close ERR_NTLM_REJECTED'])
    expect(site.rejection()?.message).toBe(`${ORIGIN} rejected the NTLM credentials of LAB\\alice.`)
  })
})

describe('a connection lost behind the AUTHENTICATE', () => {
  it.each([
    ['a GET goes again', GET, 'reconnect'],
    ['a POST does not', POST, 'fail ERR_NTLM_CONNECTION_CLOSED'],
    ['a stream does not', STREAM, 'fail ERR_NTLM_CONNECTION_CLOSED'],
  ])('%s', (_rule, traits, expected) => {
    expect(answering(traits).lost()).toBe(expected)
  })

  it('twice, of whichever requests, is a rejection', () => {
    expect([POST, GET].map((traits) => answering(traits).lost())).toEqual(
      Array(2).fill('fail ERR_NTLM_CONNECTION_CLOSED'),
    )
    expect(site.connect().begin(STREAM)).toBe('fail ERR_NTLM_REJECTED')
  })

  it('twice, where the credential was accepted just before, is one too: the password may have changed', () => {
    site.authenticated()
    const request = new OutgoingRequest(GET)
    expect([answering(request).lost(), answering(request).lost()]).toEqual([
      'reconnect',
      'fail ERR_NTLM_CONNECTION_CLOSED',
    ])
    expect(site.rejection()).toMatchObject({ code: 'ERR_NTLM_CONNECTION_CLOSED' })
  })

  it('of many at once on a fresh proof is an accident: the next one shows', () => {
    site.authenticated()
    const many = [1, 2, 3].map(() => answering(POST))
    for (const connection of many) expect(connection.lost()).toBe('fail ERR_NTLM_CONNECTION_CLOSED')
    expect(site.rejection()).toBeUndefined()
    expect(answering().answers(ok, ok)).toEqual(['send', 'deliver'])
  })

  it('before it has left is replaced, with whatever body', () => {
    expect(answering(STREAM).lost(false)).toBe('reconnect')
    expect(answering(STREAM).answer(ok)).toBe('deliver')
  })
})

describe('Negotiate', () => {
  const spnego = (code: number, response: Omit<NegTokenResp, 'kind'>): ResponseHead => {
    const token = encodeNegTokenResp({ kind: 'resp', ...response }).toString('base64')
    return status(code, { 'www-authenticate': `Negotiate ${token}` })
  }
  const challenged = spnego(401, { negState: 'accept-incomplete', responseToken: SIGNING_CHALLENGE })

  beforeEach(() => {
    site = new Site({ schemes: ['negotiate'] })
  })

  function answerChallenge(): Connection {
    const connection = site.connect()
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

  it('proves the credential by a verified end, whatever the status', () => {
    answerChallenge().answer(spnego(503, { negState: 'accept-completed' }))
    expect(site.session.logOns.standing(ORIGIN, site.credential).isProven).toBe(true)
  })

  it('fails when the list of mechanisms was changed', () => {
    const forged = spnego(200, { negState: 'accept-completed', mechListMic: Buffer.alloc(16, 1) })
    expect(answerChallenge().answer(forged)).toBe('fail ERR_NTLM_INTEGRITY')
  })

  it.each<[string, ResponseHead]>([
    ['a reject', spnego(401, { negState: 'reject' })],
    ['another challenge', challenged],
    ['a bare 401', offers('Negotiate')],
  ])('is a rejection with %s', (_how, head) => {
    expect(answerChallenge().answer(head)).toBe('deliver, close ERR_NTLM_REJECTED')
  })

  it('takes a bare NTLM message in the place of SPNEGO, and answers in kind', () => {
    const connection = site.connect()
    connection.begin(GET)
    const raw = offers(`Negotiate ${SIGNING_CHALLENGE.toString('base64')}`)
    expect(connection.answers(raw, ok)).toEqual(['send 3', 'deliver'])
  })
})
