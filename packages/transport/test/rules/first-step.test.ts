import { beforeEach, describe, expect, it } from 'vitest'
import { OutgoingRequest } from '../../src/rules/outgoing-request.js'
import {
  BARE_GET,
  bare,
  CARRIED,
  CARRIED_DELETE,
  challenge,
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

describe('a connection that is not authenticated', () => {
  it.each([
    ['a GET that can carry a token', CARRIED, 'send 1'],
    ['a GET', GET, 'leg HEAD 1'],
    ['a DELETE that can carry a token', CARRIED_DELETE, 'send'],
    ['a DELETE', DELETE, 'leg HEAD 1'],
    ['a body that can go again', POST, 'leg HEAD 1'],
    ['a body that goes once', STREAM, 'leg HEAD 1'],
    ['an upgrade', { ...GET, upgrade: true }, 'leg GET 1'],
  ])('begins with the first leg of %s', (_what, traits, expected) => {
    expect(site.connect().begin(traits)).toBe(expected)
  })

  it('that has let something pass lets a request without a body find out itself', () => {
    const connection = site.connect()
    connection.begin({ ...GET, path: '/' })
    connection.answers(ok, ok)
    expect(connection.auth.state).toBe('plain')
    expect(connection.begin(GET)).toBe('send')
    expect(connection.answers(bare, challenge, ok)).toEqual(['leg GET 1', 'send 3', 'deliver'])
  })

  it('that has let something pass has a first leg for every other', () => {
    const connection = site.connect()
    connection.begin({ ...GET, path: '/' })
    connection.answers(ok, ok)
    expect([BARE_GET, POST, STREAM].map((traits) => connection.begin(traits))).toEqual(
      Array(3).fill('leg HEAD 1'),
    )
    expect(connection.begin(CARRIED)).toBe('send 1')
  })

  it('begins with the scheme that the origin was seen to take', () => {
    site.memory.learnScheme('negotiate')
    expect(site.connect().begin(GET)).toBe('leg HEAD 0x60')
  })
})

describe('an authenticated connection', () => {
  it.each([GET, CARRIED, DELETE, POST, STREAM])('carries a request without a token: %o', (traits) => {
    const connection = site.authenticated()
    expect(connection.begin(traits)).toBe('send')
    expect(connection.answer(ok)).toBe('deliver')
  })

  it('begins with a handshake for a request that another one refused plainly', () => {
    const request = new OutgoingRequest(GET)
    const first = site.authenticated()
    first.begin(request)
    first.answer(bare)
    expect(site.authenticated().begin(request)).toBe('leg GET 1')
  })

  it('of an origin that authenticates every request makes a handshake for each, but tries every fiftieth without', () => {
    const connection = site.authenticated()
    site.memory.learnAuthenticatesEveryRequest()
    const steps = Array.from({ length: 50 }, () => connection.begin(GET))
    expect([new Set(steps.slice(0, 49)), steps[49]]).toEqual([new Set(['leg HEAD 1']), 'send'])
  })

  it('tries that by a HEAD without a token for what cannot come back', () => {
    const connection = site.authenticated()
    site.memory.learnAuthenticatesEveryRequest()
    const steps = Array.from({ length: 60 }, () => connection.begin(STREAM))
    expect(new Set(steps)).toEqual(new Set(['leg HEAD 1', 'leg HEAD']))
  })
})

describe('where every request may be authenticated, what cannot come back', () => {
  function suspected() {
    const connection = site.authenticated(BARE_GET)
    connection.begin(BARE_GET)
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_BODY_NOT_REPLAYABLE')
    return site.authenticated(BARE_GET)
  }

  it('asks with a HEAD without a token first, which some servers never answer', () => {
    const connection = suspected()
    expect(connection.begin(BARE_GET)).toBe('leg HEAD')
    expect(connection.leg?.patience).toBe(5000)
  })

  it('is followed by a handshake where that is refused, and the origin remembered where it helps', () => {
    const connection = suspected()
    connection.begin(BARE_GET)
    expect(connection.answers(bare, challenge, ok)).toEqual(['leg HEAD 1', 'send 3', 'deliver'])
    expect(site.memory.authenticatesEveryRequest).toBe(true)
  })

  it('goes where that passes, and nobody asks again', () => {
    const connection = suspected()
    connection.begin(BARE_GET)
    expect(connection.answers(ok, ok)).toEqual(['send', 'deliver'])
    expect(connection.begin(BARE_GET)).toBe('send')
    expect(site.memory.maySoAuthenticate).toBe(false)
  })

  it('is not taken for a sign where the handshake does not help: that was a right', () => {
    const connection = suspected()
    connection.begin({ ...BARE_GET, path: '/forbidden' })
    expect(connection.answers(bare, challenge, bare).at(-1)).toBe('deliver, close ERR_NTLM_REJECTED')
    expect(site.memory.authenticatesEveryRequest).toBe(false)
  })

  it('makes its handshake at once where a HEAD is no use', () => {
    const connection = suspected()
    site.memory.learnHeadIsNoUse()
    expect(connection.begin(BARE_GET)).toBe('leg GET 1')
  })

  it.each([
    ['lost', 'reconnect'],
    ['silent', 'reconnect'],
    ['garbled', 'reconnect'],
  ] as const)('begins on a new connection where that HEAD is %s', (how, expected) => {
    const connection = suspected()
    connection.begin(BARE_GET)
    expect(connection[how]()).toBe(expected)
    expect(site.memory.headIsNoUse).toBe(how !== 'lost')
  })

  it('is not asked for by what can be sent again', () => {
    expect(suspected().begin(GET)).toBe('send')
  })
})

describe('a credential that was rejected a short while ago', () => {
  beforeEach(() => {
    const connection = site.connect()
    connection.begin({ ...GET, path: '/a' })
    connection.answers(challenge, bare)
    const second = site.connect()
    second.begin({ ...GET, path: '/b' })
    second.answers(challenge, bare)
  })

  it('fails a request that is known to need it, unsent', () => {
    const connection = site.connect()
    expect(connection.begin({ ...GET, path: '/a' })).toBe('fail ERR_NTLM_REJECTED')
    expect(connection.error).toMatchObject({
      message: expect.stringContaining('no log-on until 00:01:00 UTC'),
    })
  })

  it('fails a safe request where a HEAD was refused, unsent', () => {
    site.memory.learnAsks('HEAD', '/d', true)
    expect(site.connect().begin({ ...GET, path: '/d' })).toBe('fail ERR_NTLM_REJECTED')
  })

  it('fails a body that goes once, unsent', () => {
    expect(site.connect().begin(STREAM)).toBe('fail ERR_NTLM_REJECTED')
  })

  it('lets another one go plainly, and tells why where it is refused', () => {
    const connection = site.connect()
    expect(connection.begin({ ...GET, path: '/open' })).toBe('send')
    expect(connection.answer(ok)).toBe('deliver')
    const refused = site.connect()
    expect(refused.begin({ ...GET, path: '/c' })).toBe('send')
    expect(refused.answer(bare)).toBe('deliver ERR_NTLM_REJECTED')
  })

  it('fails what was refused plainly already', () => {
    site.now -= 1
    const request = new OutgoingRequest(GET)
    request.wasRefusedPlainly = true
    expect(site.connect().begin(request)).toBe('fail ERR_NTLM_REJECTED')
  })

  it('is tried again behind its cool-down', () => {
    site.now += 60_000
    expect(site.connect().begin({ ...GET, path: '/a' })).toBe('leg HEAD 1')
  })
})

describe('an anonymous page', () => {
  it('costs nothing where the request carries the token itself', () => {
    const connection = site.connect()
    expect(connection.begin(CARRIED)).toBe('send 1')
    expect(connection.answer(status(200))).toBe('deliver')
    expect(site.connect().begin(CARRIED)).toBe('send')
  })
})
