import { beforeEach, describe, expect, it } from 'vitest'
import { type FirstLeg, firstLeg } from '../../src/rules/first-leg.js'
import { type FirstLegOptions, resolveOptions } from '../../src/rules/options.js'
import { OriginMemory } from '../../src/rules/origin-memory.js'
import { type Findings, OutgoingRequest, type RequestTraits } from '../../src/rules/outgoing-request.js'
import { BARE_GET, CARRIED, CARRIED_DELETE, DELETE, GET, ORIGIN, POST, STREAM } from './told-connection.js'

const TIMEOUT = 9000
let memory: OriginMemory
beforeEach(() => {
  memory = new OriginMemory(ORIGIN, () => 0)
})

interface Told extends Partial<Findings> {
  wasRefusedPlainly?: boolean
  goesPlainly?: boolean
}

/** The first leg of a request of which this has become clear. */
function legOf(traits: RequestTraits, told: Told = {}, options: FirstLegOptions = {}): FirstLeg {
  const { head, ownLeg, elsewhere, ...rest } = told
  const request = new OutgoingRequest(traits)
  Object.assign(request, rest)
  Object.assign(request.saidNothing, { head: head ?? false, ownLeg: ownLeg ?? false })
  request.saidNothing.elsewhere = elsewhere ?? false
  const given = { username: 'a', password: 'b', origins: '*', handshakeTimeout: TIMEOUT, firstLeg: options }
  return firstLeg(request, memory, resolveOptions(given))
}

const HEAD = { by: 'HEAD', leg: { method: 'HEAD', framing: 'no body', patience: 3000 } }
const own = (method: string, framing: string) => ({ by: 'own method', leg: { method, framing } })
const elsewhere = (path: string) => ({ by: 'elsewhere', leg: { ...HEAD.leg, path } })
const elsewhereByGet = (path: string) => ({
  by: 'elsewhere',
  leg: { method: 'GET', path, framing: 'no body' },
})

describe('the first leg, where an answer can be taken back', () => {
  it.each(['GET', 'OPTIONS'])('of a safe %s without a body is the request itself', (method) => {
    expect(legOf({ ...CARRIED, method })).toEqual({ by: 'request' })
  })

  it('of a HEAD is a leg of its own: its connection would not stay open', () => {
    expect(legOf({ ...CARRIED, method: 'HEAD' })).toEqual(own('HEAD', 'no body'))
  })

  it('of a DELETE is the request itself where the origin is known to ask, else there is none', () => {
    expect(legOf(CARRIED_DELETE)).toEqual({ by: 'nothing' })
    memory.learnScheme('ntlm')
    expect(legOf(CARRIED_DELETE)).toEqual({ by: 'request' })
  })

  it('of a DELETE that was refused plainly is the request itself', () => {
    expect(legOf(CARRIED_DELETE, { wasRefusedPlainly: true })).toEqual({ by: 'request' })
  })

  it('of a safe request carries no token where one was disliked and none was asked for', () => {
    memory.learnDislikesTokens()
    expect(legOf(CARRIED)).toEqual({ by: 'nothing' })
    expect(legOf(CARRIED, { wasRefusedPlainly: true })).toEqual({ by: 'request' })
  })

  it.each([
    ['that can go again', POST],
    ['that goes once', STREAM],
  ])('of a body %s is a HEAD', (_what, traits) => {
    expect(legOf({ ...traits, canCarry: true })).toEqual(HEAD)
  })
})

describe('the first leg, where a token cannot be put on a request', () => {
  it.each([
    ['a GET', GET],
    ['a DELETE', DELETE],
    ['a body that can go again', POST],
    ['a body that goes once', STREAM],
  ])('of %s is a HEAD', (_what, traits) => {
    expect(legOf(traits)).toEqual(HEAD)
  })

  it('of an upgrade is a GET without the upgrade fields', () => {
    expect(legOf({ ...GET, upgrade: true })).toEqual(own('GET', 'no body'))
    expect(legOf({ ...CARRIED, upgrade: true })).toEqual(own('GET', 'no body'))
  })

  it('has patience with a HEAD for a third of handshakeTimeout, five seconds at most', () => {
    const options = { username: 'a', password: 'b', origins: '*', handshakeTimeout: 60_000 }
    const leg = firstLeg(new OutgoingRequest(GET), memory, resolveOptions(options))
    expect(leg).toMatchObject({ by: 'HEAD', leg: { patience: 5000 } })
    expect(legOf(GET)).toMatchObject({ by: 'HEAD', leg: { patience: 3000 } })
  })
})

describe('a method and path that lets pass has no first leg', () => {
  it.each([
    ['a GET', GET],
    ['a GET that can carry one', CARRIED],
    ['a DELETE', DELETE],
    ['a body that can go again', POST],
  ])('of %s', (_what, traits) => {
    memory.learnPasses(traits.method, traits.path)
    expect(legOf(traits)).toEqual({ by: 'nothing' })
  })

  it('but of a body that goes once: that is never risked', () => {
    memory.learnPasses('POST', '/page')
    expect(legOf(STREAM)).toEqual(HEAD)
  })

  it('nor of one that was refused all the same', () => {
    memory.learnPasses('POST', '/page')
    expect(legOf(POST, { wasRefusedPlainly: true })).toEqual(own('POST', 'empty body'))
  })

  it('of another method or path has one', () => {
    memory.learnPasses('GET', '/page')
    expect([legOf(POST), legOf({ ...GET, path: '/other' })]).toEqual([HEAD, HEAD])
  })
})

describe('a HEAD that said nothing is followed', () => {
  it.each(['GET', 'OPTIONS', 'HEAD'])('by a leg with the method, where that is a safe %s', (method) => {
    expect(legOf({ ...GET, method }, { head: true })).toEqual(own(method, 'no body'))
  })

  it('by a leg with the method and an empty body, where method and path were refused shortly before', () => {
    memory.learnRefused(new OutgoingRequest(POST).likeness)
    expect(legOf(STREAM, { head: true })).toEqual(own('POST', 'empty body'))
    expect(legOf(POST, { head: true })).toEqual(own('POST', 'empty body'))
  })

  it.each([
    ['another query', { ...STREAM, path: '/page?of=another' }],
    ['other cookies', { ...STREAM, cookie: 'session=1' }],
  ])('never so with %s than what was refused', (_what, other) => {
    memory.learnRefused(new OutgoingRequest(POST).likeness)
    expect(legOf(other, { head: true })).not.toEqual(own('POST', 'empty body'))
  })

  it.each([
    ['a body that can go again', POST],
    ['no body', DELETE],
  ])('by the request itself, plainly, with %s', (_what, traits) => {
    expect(legOf(traits, { head: true })).toEqual({ by: 'nothing' })
  })

  it('and its 401 by a leg with the method', () => {
    expect(legOf(POST, { head: true, wasRefusedPlainly: true })).toEqual(own('POST', 'empty body'))
    expect(legOf(DELETE, { head: true, wasRefusedPlainly: true })).toEqual(own('DELETE', 'empty body'))
  })

  it('by a handshake at a URL that is known to ask, with a body that goes once; else at /', () => {
    expect(legOf(STREAM, { head: true })).toEqual(elsewhereByGet('/'))
    memory.learnAsks('GET', '/home', true)
    expect(legOf(STREAM, { head: true })).toEqual(elsewhereByGet('/home'))
    expect(legOf({ ...BARE_GET, method: 'DELETE' }, { head: true })).toEqual(elsewhereByGet('/home'))
  })

  it('in the same way where a HEAD is known to be no use', () => {
    memory.learnHeadIsNoUse()
    expect(legOf(STREAM)).toEqual(elsewhereByGet('/'))
  })

  it('by the request itself, where nothing asks there either', () => {
    expect(legOf(STREAM, { head: true, elsewhere: true })).toEqual({ by: 'nothing' })
  })
})

describe('a leg of the own method that said nothing', () => {
  it('is not sent again: the connection is authenticated elsewhere', () => {
    expect(legOf(POST, { head: true, ownLeg: true, wasRefusedPlainly: true })).toEqual(elsewhereByGet('/'))
    expect(legOf(POST, { head: true, ownLeg: true, elsewhere: true, wasRefusedPlainly: true })).toEqual({
      by: 'nothing',
    })
  })
})

describe('a request that goes plainly', () => {
  it.each([GET, CARRIED, POST, STREAM])('has no first leg: %o', (traits) => {
    expect(legOf(traits, { goesPlainly: true })).toEqual({ by: 'nothing' })
  })
})

describe('what a user knows better', () => {
  it('head: false sends no HEAD', () => {
    expect(legOf(GET, {}, { head: false })).toEqual(own('GET', 'no body'))
    expect(legOf(POST, {}, { head: false })).toEqual({ by: 'nothing' })
    expect(legOf(STREAM, {}, { head: false })).toMatchObject({ leg: { method: 'GET', path: '/' } })
  })

  it('path authenticates connections there, and not again where nothing asked there', () => {
    expect(legOf(POST, {}, { path: '/login' })).toEqual(elsewhere('/login'))
    expect(legOf(STREAM, {}, { path: '/login' })).toEqual(elsewhere('/login'))
    expect(legOf(POST, { elsewhere: true }, { path: '/login' })).toEqual(HEAD)
  })

  it('path is of no concern to what carries the token itself', () => {
    expect(legOf(CARRIED, {}, { path: '/login' })).toEqual({ by: 'request' })
  })
})
