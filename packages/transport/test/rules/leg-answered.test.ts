import { beforeEach, describe, expect, it } from 'vitest'
import { OutgoingRequest } from '../../src/rules/outgoing-request.js'
import {
  BARE_GET,
  bare,
  basic,
  CARRIED,
  CHALLENGE,
  challenge,
  closing,
  DELETE,
  GET,
  offers,
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

describe('a HEAD answered with our token', () => {
  it('is followed by the request, once, with the AUTHENTICATE', () => {
    const connection = site.connect()
    expect(connection.begin(STREAM)).toBe('leg HEAD 1')
    expect(connection.answer(challenge)).toBe('send 3')
    expect(connection.auth.state).toBe('challenged')
    expect(connection.answer(ok)).toBe('deliver')
    expect(connection.auth.state).toBe('authenticated')
  })

  it('shows that HEAD is of use', () => {
    const connection = site.connect()
    connection.begin(POST)
    connection.answer(challenge)
    expect(site.memory.headIsOfUse).toBe(true)
  })

  it('on a connection that closes is a handshake lost, two of which are replaced', () => {
    const request = new OutgoingRequest(STREAM)
    const steps = [1, 2, 3].map(() => {
      const connection = site.connect()
      connection.begin(request)
      return connection.answer(closing(challenge))
    })
    expect(steps).toEqual(['reconnect', 'reconnect', 'fail ERR_NTLM_CONNECTION_CLOSED'])
  })
})

describe('a HEAD that is let pass', () => {
  it.each([200, 204, 302, 304])(
    'with %i: the request follows plainly, and what passes is remembered',
    (code) => {
      const connection = site.connect()
      connection.begin(POST)
      expect(connection.answers(status(code), ok)).toEqual(['send', 'deliver'])
      expect(connection.auth.state).toBe('plain')
      expect(site.connect().begin(POST)).toBe('send')
    },
  )

  it('on a connection that closes: the request follows plainly on another', () => {
    const request = new OutgoingRequest(STREAM)
    const connection = site.connect()
    connection.begin(request)
    expect(connection.answer(closing(ok))).toBe('reconnect')
    expect(site.connect().begin(request)).toBe('send')
  })

  it('where the request is refused: its own 401 counts', () => {
    const connection = site.connect()
    connection.begin(POST)
    expect(connection.answers(ok, bare, challenge, ok)).toEqual(['send', 'leg POST 1', 'send 3', 'deliver'])
  })

  it('is no token spent: its own 401 may be answered bare once, as ever', () => {
    const connection = site.connect()
    connection.begin(POST)
    expect(connection.answers(ok, bare, bare, challenge)).toEqual([
      'send',
      'leg POST 1',
      'leg POST 1',
      'send 3',
    ])
  })
})

describe('a HEAD that says nothing by its status', () => {
  const says = (code: number) => status(code)

  it.each([400, 403, 404, 405, 500, 501, 503])('%i: a safe method has a leg of its own', (code) => {
    const connection = site.connect()
    connection.begin(GET)
    expect(connection.answers(says(code), challenge, ok)).toEqual(['leg GET 1', 'send 3', 'deliver'])
  })

  it.each([400, 403, 404, 405, 500, 501, 503])(
    '%i: what can go again goes plainly, its 401 is answered',
    (code) => {
      const connection = site.connect()
      connection.begin(POST)
      expect(connection.answers(says(code), bare, challenge, ok)).toEqual([
        'send',
        'leg POST 1',
        'send 3',
        'deliver',
      ])
      expect(connection.begin(DELETE)).toBe('send')
    },
  )

  it.each([400, 404, 405, 503])(
    '%i: what goes once has the connection authenticated at /, by GET',
    (code) => {
      const connection = site.connect()
      connection.begin(STREAM)
      expect(connection.answers(says(code), challenge, ok, ok)).toEqual([
        'leg GET / 1',
        'leg GET / 3',
        'send',
        'deliver',
      ])
    },
  )

  it('on a connection that closes: the next step is the same, on another', () => {
    const request = new OutgoingRequest(GET)
    const connection = site.connect()
    connection.begin(request)
    expect(connection.answer(closing(says(503)))).toBe('reconnect')
    expect(site.connect().begin(request)).toBe('leg GET 1')
  })

  it('never makes an empty request of one with a body that was not refused: the application would act on it', () => {
    for (const traits of [POST, STREAM, DELETE, { ...POST, method: 'PUT' }]) {
      const connection = new Site().connect()
      connection.begin(traits)
      const steps = connection.answers(says(404), says(404), ok)
      expect(steps.filter((step) => step.startsWith(`leg ${traits.method}`))).toEqual([])
    }
  })

  it('has an empty leg of its method where that was refused within ten minutes', () => {
    site.memory.learnRefused(new OutgoingRequest(STREAM).likeness)
    const connection = site.connect()
    connection.begin(STREAM)
    expect(connection.answer(says(405))).toBe('leg POST 1')
    expect(connection.leg).toMatchObject({ framing: 'empty body' })
    expect(connection.answers(challenge, ok)).toEqual(['send 3', 'deliver'])
    site.now += 10 * 60_000
    expect(site.connect().begin(STREAM)).toBe('leg HEAD 1')
  })

  it('is no longer sent where 405 or 501 said that it is of no use, for ten minutes', () => {
    const connection = site.connect()
    connection.begin(GET)
    connection.answers(says(501), challenge, ok)
    expect(site.connect().begin(GET)).toBe('leg GET 1')
    site.now += 10 * 60_000
    expect(site.connect().begin(GET)).toBe('leg HEAD 1')
  })

  it('is sent again where the URL just did not exist', () => {
    const connection = site.connect()
    connection.begin(GET)
    expect(connection.answers(says(404), says(404), says(404))).toEqual(['leg GET 1', 'send', 'deliver'])
    expect(site.connect().begin(GET)).toBe('leg HEAD 1')
  })
})

describe('a HEAD that says nothing by no answer', () => {
  it.each(['silent', 'garbled'] as const)(
    '%s: a new connection, another way, and no HEAD for ten minutes',
    (how) => {
      const request = new OutgoingRequest(GET)
      const connection = site.connect()
      connection.begin(request)
      expect(connection[how]()).toBe('reconnect')
      expect(site.connect().begin(request)).toBe('leg GET 1')
      expect(site.memory.headIsNoUse).toBe(true)
    },
  )

  it('lost: a new connection, another way; remembered only where something else is answered there', () => {
    const request = new OutgoingRequest(GET)
    const connection = site.connect()
    connection.begin(request)
    expect(connection.lost()).toBe('reconnect')
    expect(site.memory.headIsNoUse).toBe(false)
    const next = site.connect()
    expect(next.begin(request)).toBe('leg GET 1')
    next.answer(challenge)
    expect(site.memory.headIsNoUse).toBe(true)
  })

  it('never left: it is sent again', () => {
    const request = new OutgoingRequest(GET)
    const connection = site.connect()
    connection.begin(request)
    expect(connection.lost(false)).toBe('reconnect')
    expect(site.connect().begin(request)).toBe('leg HEAD 1')
  })
})

describe('a close that nobody announced behind an answer', () => {
  it('changes only on which connection the next step happens, however often', () => {
    site = new Site({ firstLeg: { path: '/login' } })
    const request = new OutgoingRequest(GET)
    const steps = [status(404), status(404), status(404)].map((head) => {
      const connection = site.connect()
      connection.begin(request)
      return [connection.answer(head), connection.lost(false)]
    })
    expect(steps).toEqual([
      ['leg GET /login 1', 'reconnect'],
      ['leg GET 1', 'reconnect'],
      ['send', 'reconnect'],
    ])
    const last = site.connect()
    expect([last.begin(request), last.answer(status(404))]).toEqual(['send', 'deliver'])
  })

  it('with a CHALLENGE is a handshake lost', () => {
    const request = new OutgoingRequest(CARRIED)
    const steps = [1, 2, 3].map(() => {
      const connection = site.connect()
      connection.begin(request)
      connection.answer(challenge)
      return connection.lost(false)
    })
    expect(steps).toEqual(['reconnect', 'reconnect', 'fail ERR_NTLM_CONNECTION_CLOSED'])
  })
})

describe('a HEAD whose 401 offers less than we need', () => {
  it('is followed by a leg with a safe method', () => {
    const connection = site.connect()
    connection.begin(GET)
    expect(connection.answers(basic, challenge, ok)).toEqual(['leg GET 1', 'send 3', 'deliver'])
  })

  it('is followed by the request, whose 401 offers it', () => {
    const connection = site.connect()
    connection.begin(POST)
    expect(connection.answers(basic, bare, challenge, ok)).toEqual([
      'send',
      'leg POST 1',
      'send 3',
      'deliver',
    ])
  })

  it('does not tell a body that goes once that nothing is offered: it may be sent again', () => {
    const connection = site.connect()
    connection.begin(STREAM)
    expect(connection.answers(basic, basic, bare)).toEqual([
      'leg GET / 1',
      'send',
      'deliver, close ERR_NTLM_BODY_NOT_REPLAYABLE',
    ])
    expect(site.connect().begin(STREAM)).toBe('leg HEAD 1')
  })
})

describe('a handshake elsewhere, for a body that goes once', () => {
  const begun = () => {
    const connection = site.connect()
    connection.begin(STREAM)
    connection.answer(status(503))
    return connection
  }

  it('where nothing asks: the request goes plainly', () => {
    expect(begun().answers(ok, ok)).toEqual(['send', 'deliver'])
  })

  it('where nothing asks and the request is refused: it fails, and the next one has a leg of its own', () => {
    expect(begun().answers(ok, bare)).toEqual(['send', 'deliver, close ERR_NTLM_BODY_NOT_REPLAYABLE'])
    const next = site.connect()
    next.begin(STREAM)
    expect(next.answers(status(503), challenge, ok)).toEqual(['leg POST 1', 'send 3', 'deliver'])
  })

  it('is made at a URL that is known to ask', () => {
    site.memory.learnAsks('GET', '/home', true)
    const connection = site.connect()
    connection.begin(STREAM)
    expect(connection.answer(status(503))).toBe('leg GET /home 1')
  })

  it('is not made again and again where every request is authenticated', () => {
    site.memory.learnAuthenticatesEveryRequest()
    expect(begun().answers(challenge, ok, bare)).toEqual([
      'leg GET / 3',
      'send',
      'deliver, close ERR_NTLM_REJECTED',
    ])
  })

  it('that proves nothing is not made again: the request has a handshake of its own', () => {
    site = new Site({ firstLeg: { path: '/login' } })
    const connection = site.connect()
    connection.begin(POST)
    expect(connection.answers(challenge, status(503), challenge, ok)).toEqual([
      'leg HEAD /login 3',
      'leg HEAD 1',
      'send 3',
      'deliver',
    ])
  })

  it.each(['silent', 'lost', 'garbled'] as const)('whose HEAD is %s is tried with a GET', (how) => {
    site = new Site({ firstLeg: { path: '/login' } })
    const request = new OutgoingRequest(STREAM)
    const connection = site.connect()
    expect(connection.begin(request)).toBe('leg HEAD /login 1')
    expect(connection[how]()).toBe('reconnect')
    expect(site.connect().begin(request)).toBe('leg GET /login 1')
  })
})

describe('a bare offer in answer to a NEGOTIATE', () => {
  it('is asked once more on the same connection', () => {
    const connection = site.connect()
    connection.begin(GET)
    expect(connection.answers(bare, challenge, ok)).toEqual(['leg HEAD 1', 'send 3', 'deliver'])
  })

  it('is asked once more with the request that carries it', () => {
    const connection = site.connect()
    connection.begin(CARRIED)
    expect(connection.answers(bare, challenge, ok)).toEqual(['send 1', 'send 3', 'deliver'])
  })

  it('is given up then', () => {
    const connection = site.connect()
    connection.begin(GET)
    expect(connection.answers(bare, bare)).toEqual(['leg HEAD 1', 'fail ERR_NTLM_BAD_CHALLENGE'])
  })

  it('on an authenticated connection that refused the request sends it once more: its 401 is final', () => {
    const connection = site.authenticated()
    connection.begin({ ...GET, path: '/forbidden' })
    expect(connection.answers(bare, bare, bare)).toEqual([
      'leg GET 1',
      'send',
      'deliver, close ERR_NTLM_REJECTED',
    ])
  })
})

describe('a leg of the own method that passes where the request was refused', () => {
  it('contradicts it: nothing goes round in circles', () => {
    const connection = site.connect()
    connection.begin(GET)
    expect(connection.answers(ok, bare, ok)).toEqual(['send', 'leg GET 1', 'fail ERR_NTLM_BAD_CHALLENGE'])
    expect(connection.error).toMatchObject({
      message:
        'http://intranet.corp asks for NTLM and answered the NEGOTIATE with 200 instead of a CHALLENGE.',
    })
  })

  it('on an authenticated connection sends it once more', () => {
    const connection = site.authenticated()
    connection.begin({ ...GET, path: '/forbidden' })
    expect(connection.answers(bare, ok, bare)).toEqual([
      'leg GET 1',
      'send',
      'deliver, close ERR_NTLM_REJECTED',
    ])
  })
})

describe('the schemes', () => {
  it('not offered: the request goes plainly, and its 401 is the response', () => {
    const ntlm = new Site({ schemes: ['ntlm'] })
    const connection = ntlm.connect()
    connection.begin(GET)
    expect(connection.answers(basic, basic, basic)).toEqual([
      'leg GET 1',
      'send',
      'deliver ERR_NTLM_NOT_OFFERED',
    ])
    expect(connection.error).toMatchObject({
      message: expect.stringContaining('http://intranet.corp offers basic'),
    })
  })

  it('are changed to one that is offered', () => {
    const connection = site.connect()
    connection.begin(GET)
    expect(connection.answer(offers('Negotiate, Basic realm="x"'))).toBe('leg HEAD 0x60')
    expect(site.memory.scheme).toBe('negotiate')
    expect(site.connect().begin(GET)).toBe('leg HEAD 0x60')
  })

  it('are read from joined and repeated fields', () => {
    for (const field of [
      `Basic realm="a, NTLM b", NTLM ${CHALLENGE}, Negotiate`,
      ['Negotiate', `ntlm ${CHALLENGE}`],
    ]) {
      const connection = new Site().connect()
      connection.begin(GET)
      expect(connection.answer(offers(field))).toBe('send 3')
    }
  })

  it('that a server offers in turns, never the one that was begun with, end the handshake', () => {
    const connection = site.connect()
    connection.begin(BARE_GET)
    const steps = connection.answers(offers('Negotiate'), bare, offers('Negotiate'), bare, bare)
    expect(steps.at(-1)).toMatch(/^(?:deliver|fail)/)
  })
})

describe('a server that offers another scheme each time', () => {
  it('gets three requests with a token, whatever the legs are, and its 401 is the answer then', () => {
    const connection = site.connect()
    const negotiate = offers('Negotiate')
    expect(connection.begin(GET)).toBe('leg HEAD 1')
    expect(connection.answer(negotiate)).toMatch(/^leg HEAD /)
    expect(connection.answer(bare)).toMatch(/^leg GET /)
    expect(connection.answer(negotiate)).toBe('send')
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_BAD_CHALLENGE')
  })
})
