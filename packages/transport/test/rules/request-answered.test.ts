import { beforeEach, describe, expect, it } from 'vitest'
import { OutgoingRequest } from '../../src/rules/outgoing-request.js'
import {
  BARE_GET,
  bare,
  basic,
  CARRIED,
  CARRIED_DELETE,
  challenge,
  closing,
  DELETE,
  GET,
  ok,
  POST,
  Site,
  STREAM,
  status,
} from './told-connection.js'

let site: Site
beforeEach(() => {
  site = new Site()
})

describe('a status is never lost', () => {
  const STATUSES = [200, 302, 400, 403, 404, 405, 500, 503, 407]

  it.each(STATUSES)('%i with Connection: close, on a request that carries the token', (code) => {
    site.memory.learnScheme('ntlm')
    const connection = site.connect()
    connection.begin(CARRIED)
    expect(connection.answer(closing(status(code)))).toBe('deliver, close')
  })

  it.each(STATUSES)('%i with Connection: close, behind legs that said nothing and closed too', (code) => {
    for (const traits of [GET, DELETE, POST, STREAM]) {
      const fresh = new Site()
      const request = new OutgoingRequest(traits)
      let step = 'reconnect'
      for (let connections = 0; step === 'reconnect' && connections < 9; connections++) {
        const connection = fresh.connect()
        step = connection.begin(request)
        while (/^(?:leg|send)/.test(step)) step = connection.answer(closing(status(code)))
      }
      expect(step).toBe('deliver, close')
    }
  })

  it.each(STATUSES)('%i on an authenticated connection that closes', (code) => {
    const connection = site.authenticated()
    connection.begin(STREAM)
    expect(connection.answer(closing(status(code)))).toBe('deliver, close')
  })
})

describe('a 401 to a request that went plainly', () => {
  it('is answered by a handshake with the request itself where that can carry a token', () => {
    const connection = site.connect()
    expect(connection.begin(CARRIED_DELETE)).toBe('send')
    expect(connection.answers(bare, challenge, ok)).toEqual(['send 1', 'send 3', 'deliver'])
  })

  it('on a connection that closes is answered on another', () => {
    const request = new OutgoingRequest(CARRIED_DELETE)
    const connection = site.connect()
    connection.begin(request)
    expect(connection.answer(closing(bare))).toBe('reconnect')
    expect(site.connect().begin(request)).toBe('send 1')
  })

  it('that offers nothing of ours is the response', () => {
    const connection = site.connect()
    connection.begin(CARRIED_DELETE)
    expect(connection.answer(basic)).toBe('deliver ERR_NTLM_NOT_OFFERED')
  })
})

describe('a token that is disliked where nobody ever asked', () => {
  it.each([400, 403, 405, 501])(
    '%i: the request goes once more plainly, and none is sent for ten minutes',
    (code) => {
      const connection = site.connect()
      expect(connection.begin(CARRIED)).toBe('send 1')
      expect(connection.answers(status(code), ok)).toEqual(['send', 'deliver'])
      expect(connection.begin({ ...CARRIED, path: '/other' })).toBe('send')
      site.now += 10 * 60_000
      expect(connection.begin({ ...CARRIED, path: '/other' })).toBe('send 1')
    },
  )

  it('is one that a 401 without our offer answers, too', () => {
    const connection = site.connect()
    connection.begin(CARRIED)
    expect(connection.answers(basic, ok)).toEqual(['send', 'deliver'])
    expect(connection.begin({ ...CARRIED, path: '/other' })).toBe('send')
  })

  it('is not what was disliked where the answer stays the same', () => {
    const connection = site.connect()
    connection.begin(CARRIED)
    expect(connection.answers(status(403), status(403))).toEqual(['send', 'deliver'])
    expect(connection.begin({ ...CARRIED, path: '/other' })).toBe('send 1')
  })

  it('is no question where the origin was seen to ask', () => {
    site.memory.learnScheme('ntlm')
    const connection = site.connect()
    connection.begin(CARRIED)
    expect(connection.answer(status(403))).toBe('deliver')
  })

  it.each([404, 500, 503])('is not suspected for a %i', (code) => {
    const connection = site.connect()
    connection.begin(CARRIED)
    expect(connection.answer(status(code))).toBe('deliver')
  })

  it('is sent after a 401 that offers', () => {
    const connection = site.connect()
    connection.begin(CARRIED)
    connection.answers(status(400), ok)
    expect(connection.begin({ ...CARRIED, path: '/private' })).toBe('send')
    expect(connection.answers(bare, challenge, ok)).toEqual(['send 1', 'send 3', 'deliver'])
  })
})

describe('what lets pass', () => {
  it('is remembered by method and path, and undone by a 401', () => {
    const connection = site.connect()
    connection.begin(CARRIED)
    connection.answer(ok)
    expect(connection.begin(CARRIED)).toBe('send')
    connection.answers(bare, challenge, ok)
    expect(site.memory.passes('GET', '/page')).toBe(false)
    expect(site.connect().begin(CARRIED)).toBe('send 1')
  })

  it('is not learned from an error', () => {
    const connection = site.connect()
    connection.begin(CARRIED)
    connection.answer(status(404))
    expect(site.memory.passes('GET', '/page')).toBe(false)
  })

  it('is not learned on an authenticated connection', () => {
    const connection = site.authenticated()
    connection.begin({ ...GET, path: '/other' })
    connection.answer(ok)
    expect(site.memory.passes('GET', '/other')).toBe(false)
  })
})

describe('a 401 on an authenticated connection', () => {
  it('starts over once on it', () => {
    const connection = site.authenticated()
    connection.begin(GET)
    expect(connection.answers(bare, challenge, bare)).toEqual([
      'leg GET 1',
      'send 3',
      'deliver, close ERR_NTLM_REJECTED',
    ])
  })

  it('is not delivered to a body that can go again, which leaves twice', () => {
    const connection = site.authenticated()
    connection.begin(POST)
    expect(connection.answers(bare, challenge, ok)).toEqual(['leg POST 1', 'send 3', 'deliver'])
  })

  it('is delivered to what cannot be sent again, and the connection closed', () => {
    for (const [traits, what] of [
      [STREAM, "the request's body was sent"],
      [BARE_GET, 'the request was sent'],
    ] as const) {
      const connection = new Site().authenticated()
      connection.begin(traits)
      expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_BODY_NOT_REPLAYABLE')
      expect(connection.error).toMatchObject({ message: expect.stringContaining(what) })
    }
  })

  it('that offers nothing of ours is the response', () => {
    const connection = site.authenticated()
    connection.begin(GET)
    expect(connection.answer(basic)).toBe('deliver, close ERR_NTLM_NOT_OFFERED')
  })

  it('on the first request behind a fresh authentication, once, is a hiccup', () => {
    const connection = site.authenticated()
    connection.begin(GET)
    connection.answers(bare, challenge, ok)
    expect(site.memory.authenticatesEveryRequest).toBe(false)
    expect(connection.begin(GET)).toBe('send')
  })

  it('twice in a row makes the origin one that authenticates every request', () => {
    const connection = site.authenticated()
    for (let request = 0; request < 2; request++) {
      connection.begin(GET)
      connection.answers(bare, challenge, ok)
    }
    expect(site.memory.authenticatesEveryRequest).toBe(true)
    expect(connection.begin(STREAM)).toBe('leg HEAD 1')
    expect(connection.answers(challenge, ok)).toEqual(['send 3', 'deliver'])
  })

  it('after requests that went well is a server that forgot, once', () => {
    const connection = site.authenticated()
    for (const answers of [[ok], [bare, challenge, ok], [ok], [bare, challenge, ok]]) {
      connection.begin(GET)
      connection.answers(...answers)
    }
    expect([site.memory.authenticatesEveryRequest, connection.begin(GET)]).toEqual([false, 'send'])
  })

  it('of a server that forgot is undone by the next request it serves', () => {
    const connection = site.authenticated()
    site.memory.learnAuthenticatesEveryRequest()
    for (let request = 0; request < 50; request++) {
      if (connection.begin(GET) === 'send') connection.answer(ok)
      else connection.answers(challenge, ok)
    }
    expect([site.memory.authenticatesEveryRequest, connection.begin(STREAM)]).toEqual([false, 'send'])
  })
})

describe('a connection lost under a request without a token', () => {
  it.each([
    ['a GET goes once more', GET, 'reconnect'],
    ['a PUT goes once more', { ...POST, method: 'PUT' }, 'reconnect'],
    ['a POST fails with its own error', POST, 'fail reset'],
    ['a streamed PUT fails with its own error', { ...STREAM, method: 'PUT' }, 'fail reset'],
    ['a POST that its caller calls idempotent goes once more', { ...POST, idempotent: true }, 'reconnect'],
  ])('that was re-used: %s', (_rule, traits, expected) => {
    const connection = site.authenticated()
    connection.begin(traits)
    expect(connection.lost()).toBe(expected)
  })

  it('a second time is the client’s own error', () => {
    const request = new OutgoingRequest(GET)
    const steps = [1, 2].map(() => {
      const connection = site.authenticated()
      connection.begin(request)
      return connection.lost()
    })
    expect(steps).toEqual(['reconnect', 'fail reset'])
  })

  it('that was never used is the client’s own error', () => {
    site.memory.learnPasses('GET', '/page')
    const connection = site.connect()
    expect(connection.begin(GET)).toBe('send')
    expect(connection.lost()).toBe('fail reset')
  })

  it('before any of it has left is replaced, with whatever body', () => {
    const connection = site.authenticated()
    connection.begin(STREAM)
    expect(connection.lost(false)).toBe('reconnect')
  })
})

describe('a connection lost under a request with a NEGOTIATE', () => {
  it('is replaced twice for a safe request', () => {
    const request = new OutgoingRequest(CARRIED)
    const steps = [1, 2, 3].map(() => {
      const connection = site.connect()
      connection.begin(request)
      return connection.lost()
    })
    expect(steps).toEqual(['reconnect', 'reconnect', 'fail ERR_NTLM_CONNECTION_CLOSED'])
  })

  it('is not replaced for one that may have been acted on', () => {
    site.memory.learnScheme('ntlm')
    const connection = site.connect()
    expect(connection.begin({ ...CARRIED, method: 'PATCH' })).toBe('send 1')
    expect(connection.lost()).toBe('fail reset')
  })
})
