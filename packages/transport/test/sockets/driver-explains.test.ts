import { createHash, X509Certificate } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { rootCertificates } from 'node:tls'
import { channelBindingFor, channelBindingHash, type NtlmError, type RefusedEvent } from '@ntlmkit/core'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { observationOf } from '../../src/rules/explanation.js'
import { responseTooLarge, timedOut } from '../../src/rules/failures.js'
import { Observed } from '../../src/rules/observed.js'
import { OutgoingRequest } from '../../src/rules/outgoing-request.js'
import { hangUp } from '../../src/sockets/lost-connection.js'
import {
  bare,
  basic,
  CARRIED,
  CHALLENGE,
  challenge,
  GET,
  ORIGIN,
  ok,
  POST,
  STREAM,
} from '../rules/told-connection.js'
import { Owner, sessionWith } from './noting-owner.js'

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) }))
afterEach(() => void vi.useRealTimers())

const errorOf = ({ error }: Owner) => error as NtlmError
/** The likeliest cause. */
const causeOf = (owner: Owner) => errorOf(owner).findings[0].id
const exchangesOf = ({ driver }: Owner) => driver.request.observed.exchanges(ORIGIN)

function refusals(): RefusedEvent[] {
  const events: RefusedEvent[] = []
  const listener = (event: unknown) => void events.push(event as RefusedEvent)
  subscribe('ntlmkit:refused', listener)
  onTestFinished(() => void unsubscribe('ntlmkit:refused', listener))
  return events
}

describe('the error of a request', () => {
  it('has the findings, and the next step of the first for its hint', () => {
    const owner = new Owner(sessionWith(), POST).begin()
    owner.legEnds({ head: bare })
    owner.legEnds({ head: bare })
    expect(errorOf(owner).code).toBe('ERR_NTLM_BAD_CHALLENGE')
    expect(causeOf(owner)).toBe('legs-spread')
    expect(errorOf(owner).hint).toBe(errorOf(owner).findings[0].nextStep)
  })

  it('keeps its own hint where nothing is found', () => {
    const owner = new Owner(sessionWith(), GET).begin()
    owner.driver.answered(bare)
    owner.legEnds({ failed: responseTooLarge(ORIGIN, 7, 'negotiate') })
    expect(owner.error).toMatchObject({ findings: [], hint: expect.stringContaining('An error page') })
  })

  it('is told on the channel, once', () => {
    const events = refusals()
    const owner = new Owner(sessionWith(), POST).begin()
    owner.legEnds({ head: bare })
    owner.legEnds({ head: bare })
    owner.driver.explain(owner.error)
    expect(events).toHaveLength(1)
    expect(events).toMatchObject([{ origin: ORIGIN, error: owner.error }])
  })

  it('is left alone where it is none of ours', () => {
    const events = refusals()
    const owner = new Owner(sessionWith(), POST).begin()
    owner.legEnds({ failed: hangUp() })
    expect(owner.error).toMatchObject({ code: 'ECONNRESET' })
    expect(events).toEqual([])
  })
})

describe('what was seen', () => {
  it('has each leg and its answer, and no AUTHENTICATE', () => {
    const owner = new Owner(sessionWith(), { ...CARRIED, path: '/page?key=secret' }).begin()
    owner.driver.answered(challenge)
    owner.driver.proceed(false)
    owner.driver.answered(basic)
    const at = Date.UTC(2026, 0, 1)
    const connection = expect.any(Number)
    expect(exchangesOf(owner)).toMatchObject([
      {
        connection,
        method: 'GET',
        url: `${ORIGIN}/page`,
        request: { authorization: expect.stringMatching(/^NTLM TlRMTVNTUAAB/) },
        status: 401,
        response: { 'www-authenticate': `NTLM ${CHALLENGE}` },
        sentAt: at,
        answeredAt: at,
      },
      { connection, request: { authorization: 'NTLM' }, status: 401, response: basic.headers },
    ])
    expect(JSON.stringify(exchangesOf(owner))).not.toContain('TlRMTVNTUAAD')
  })

  it('has what the client was told, and the certificate with the binding to it', () => {
    const { raw: der, issuer } = new X509Certificate(rootCertificates[0])
    const given = { username: 'alice@lab.example', channelBinding: 'none', schemes: ['ntlm'] } as const
    const { options } = sessionWith('x', { ...given, workstation: 'PC7', origins: [ORIGIN] })
    const request = new OutgoingRequest(GET)
    const ended = { origin: ORIGIN, options, request, connection: 1, certificate: der }
    const names = issuer.replaceAll('\n', ', ')
    expect(observationOf(timedOut(ORIGIN, 7, 'negotiate'), ended, undefined)).toEqual({
      origin: ORIGIN,
      exchanges: [],
      failure: { code: 'ERR_NTLM_TIMEOUT' },
      client: {
        ...given,
        user: 'alice@lab.example',
        domain: '',
        workstation: 'PC7',
        origins: [ORIGIN],
      },
      certificate: {
        subject: names,
        issuer: names,
        fingerprint: createHash('sha256').update(der).digest('hex'),
        binding: channelBindingHash(channelBindingFor(der)).toString('hex'),
      },
    })
  })

  it('has the connection that closed on the AUTHENTICATE, or behind the CHALLENGE', () => {
    const onAuthenticate = new Owner(sessionWith(), STREAM).begin()
    onAuthenticate.legEnds({ head: challenge })
    onAuthenticate.driver.perform(onAuthenticate.driver.lost(hangUp(), true))
    expect(exchangesOf(onAuthenticate)).toMatchObject([
      { status: 401 },
      { request: { authorization: 'NTLM' }, status: undefined, closed: true },
    ])
    expect(causeOf(onAuthenticate)).toBe('closed-between-legs')

    const behindChallenge = new Owner(sessionWith(), POST).begin()
    for (let connection = 0; connection < 3; connection++) {
      behindChallenge.usable = true
      if (connection > 0) behindChallenge.begin()
      behindChallenge.usable = false
      behindChallenge.legEnds({ head: challenge })
    }
    expect(exchangesOf(behindChallenge)).toMatchObject([1, 2, 3].map(() => ({ status: 401, closed: true })))
    expect(causeOf(behindChallenge)).toBe('connection-not-kept')
  })

  it.each([
    ['http://server.lab', /https port, or no HTTP at all/],
    ['https://server.lab', /speak HTTP there, or want a certificate/],
  ])(
    'is nothing where every connection to %s closed before any answer: the hint asks what is there',
    (origin, hint) => {
      const owner = new Owner(sessionWith('x', { channelBinding: 'none' }, origin), GET)
      for (let connection = 0; connection < 3; connection++) owner.begin().legEnds({ lost: hangUp() })
      expect(owner.error).toMatchObject({
        code: 'ERR_NTLM_CONNECTION_CLOSED',
        findings: [],
        hint: expect.stringMatching(hint),
      })
    },
  )

  it('has that the password was empty', () => {
    const events = refusals()
    const owner = new Owner(sessionWith(''), GET).begin()
    owner.legEnds({ head: challenge })
    owner.driver.answered(bare)
    expect(events[0]?.error.findings[0]).toMatchObject({
      id: 'wrong-credentials',
      evidence: expect.stringMatching(/^The password is empty\./),
    })
  })

  it('has the last twelve exchanges at most', () => {
    const observed = new Observed()
    for (let sentAt = 1; sentAt <= 20; sentAt++) {
      observed.sent({
        connection: 1,
        method: 'GET',
        path: '/',
        field: 'authorization',
        credentials: undefined,
        sentAt,
      })
    }
    expect(observed.exchanges(ORIGIN).map(({ sentAt }) => sentAt)).toEqual([
      9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    ])
  })

  it('has the rejection for which no log-on was tried', () => {
    const session = sessionWith()
    const rejected = new Owner(session, GET).begin()
    rejected.legEnds({ head: challenge })
    rejected.driver.answered(bare)
    const unsent = new Owner(session, GET).begin()
    expect(unsent.error).toMatchObject({
      code: 'ERR_NTLM_REJECTED',
      findings: [
        {
          id: 'rejected-cooling-down',
          likelihood: 'certain',
          evidence: expect.stringContaining('until 00:01:00'),
        },
      ],
    })
  })

  it('has it where the server took the credential earlier', () => {
    const session = sessionWith()
    const accepted = new Owner(session, GET).begin()
    accepted.legEnds({ head: challenge })
    accepted.driver.answered(ok)
    const refused = new Owner(session, { ...GET, path: '/admin' }).begin()
    refused.legEnds({ head: challenge })
    const verdict = refused.driver.answered(bare)
    expect(verdict).toMatchObject({
      do: 'deliver',
      error: { findings: [{ id: 'missing-rights' }, { id: 'wrong-credentials' }] },
    })
  })
})

describe('a time-out is told with what was waited for', () => {
  const evidenceOf = (owner: Owner) => {
    vi.advanceTimersByTime(10_000)
    expect(causeOf(owner)).toBe('timeout')
    return errorOf(owner).findings[0].evidence
  }

  it('the password function', () => {
    const owner = new Owner(
      sessionWith(() => new Promise(() => {})),
      GET,
    ).begin()
    expect(evidenceOf(owner)).toContain('After 10000 ms the password function')
  })

  it('the connection', () => {
    const owner = new Owner(sessionWith(), GET)
    owner.driver.startTimer()
    expect(evidenceOf(owner)).toContain('the connection was not open')
  })

  it('the answer to the NEGOTIATE', () => {
    const owner = new Owner(sessionWith(), GET).begin()
    expect(evidenceOf(owner)).toContain('the NEGOTIATE had no answer')
    expect(exchangesOf(owner)).toMatchObject([{ method: 'HEAD', status: undefined, closed: undefined }])
  })

  it('the answer to an AUTHENTICATE on a leg of its own', () => {
    const owner = new Owner(sessionWith('x', { firstLeg: { path: '/login' } }), POST).begin()
    owner.legEnds({ head: challenge })
    expect(evidenceOf(owner)).toContain('the AUTHENTICATE had no answer')
  })
})
