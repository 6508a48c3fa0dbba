import { createHash, X509Certificate } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { rootCertificates } from 'node:tls'
import { channelBindingFor, channelBindingHash, type RefusedEvent } from '@ntlmkit/core'
import type { Observation } from '@ntlmkit/inspect'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Observed } from '../../src/rules/observed.js'
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

const { diagnose } = vi.hoisted(() => ({ diagnose: vi.fn() }))
vi.mock('@ntlmkit/inspect', () => ({ diagnose }))

const FOUND = {
  id: 'legs-spread',
  likelihood: 'likely',
  evidence: 'It was seen.',
  nextStep: 'Do this.',
} as const

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
  diagnose.mockReset().mockReturnValue([FOUND])
})
afterEach(() => void vi.useRealTimers())

/** What was seen, as it was handed to the diagnosis last. */
const observation = () => diagnose.mock.lastCall?.[0] as Observation

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
    expect(owner.error).toMatchObject({ code: 'ERR_NTLM_BAD_CHALLENGE', findings: [FOUND], hint: 'Do this.' })
  })

  it('keeps its own hint where nothing is found, and where the diagnosis fails', () => {
    for (const found of [() => [], () => JSON.parse('{')]) {
      diagnose.mockImplementation(found)
      const owner = new Owner(sessionWith(), POST).begin()
      owner.legEnds({ head: bare })
      owner.legEnds({ head: bare })
      expect(owner.error).toMatchObject({ findings: [], hint: expect.stringContaining('drops the token') })
    }
  })

  it('is told on the channel, once', () => {
    const events = refusals()
    const owner = new Owner(sessionWith(), POST).begin()
    owner.legEnds({ head: bare })
    owner.legEnds({ head: bare })
    owner.driver.explain(owner.error)
    expect(events).toMatchObject([{ origin: ORIGIN, error: owner.error }])
    expect(diagnose).toHaveBeenCalledTimes(1)
  })

  it('costs nothing where the request is served', () => {
    const owner = new Owner(sessionWith(), POST).begin()
    owner.legEnds({ head: challenge })
    owner.driver.answered(ok)
    expect(diagnose).not.toHaveBeenCalled()
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
    expect(observation()).toMatchObject({
      origin: ORIGIN,
      exchanges: [
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
      ],
    })
    expect(JSON.stringify(observation())).not.toContain('TlRMTVNTUAAD')
  })

  it('has the account as it was written, and what the client was told', () => {
    const given = { username: 'alice@lab.example', channelBinding: 'none', schemes: ['ntlm'] } as const
    const owner = new Owner(sessionWith('x', given), GET).begin()
    owner.legEnds({ head: challenge })
    owner.driver.answered(basic)
    expect(observation().client).toEqual({
      username: 'alice@lab.example',
      user: 'alice@lab.example',
      domain: '',
      channelBinding: 'none',
      schemes: ['ntlm'],
      origins: undefined,
    })
  })

  it('has the certificate and the binding to it', () => {
    const { raw: certificate, issuer } = new X509Certificate(rootCertificates[0])
    const owner = new Owner(sessionWith('x', {}, 'https://intranet.corp'), GET).begin(certificate)
    owner.legEnds({ head: challenge })
    owner.driver.answered(basic)
    const names = issuer.replaceAll('\n', ', ')
    expect(observation().certificate).toEqual({
      subject: names,
      issuer: names,
      fingerprint: createHash('sha256').update(certificate).digest('hex'),
      binding: channelBindingHash(channelBindingFor(certificate)).toString('hex'),
    })
  })

  it('has the connection that closed on the AUTHENTICATE, or behind the CHALLENGE', () => {
    const onAuthenticate = new Owner(sessionWith(), STREAM).begin()
    onAuthenticate.legEnds({ head: challenge })
    onAuthenticate.driver.perform(onAuthenticate.driver.lost(hangUp(), true))
    expect(observation()).toMatchObject({
      exchanges: [{ status: 401 }, { request: { authorization: 'NTLM' }, status: undefined, closed: true }],
      failure: { code: 'ERR_NTLM_CONNECTION_CLOSED', during: 'authenticate' },
    })

    const behindChallenge = new Owner(sessionWith(), POST).begin()
    for (let connection = 0; connection < 3; connection++) {
      behindChallenge.usable = true
      if (connection > 0) behindChallenge.begin()
      behindChallenge.usable = false
      behindChallenge.legEnds({ head: challenge })
    }
    expect(observation()).toMatchObject({
      exchanges: [1, 2, 3].map(() => ({ status: 401, closed: true })),
      failure: { code: 'ERR_NTLM_CONNECTION_CLOSED' },
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
    const since = Date.UTC(2026, 0, 1)
    expect(unsent.error).toMatchObject({ code: 'ERR_NTLM_REJECTED', findings: [FOUND] })
    expect(observation().coolingDown).toEqual({ since, until: since + 60_000 })
  })

  it('has it where the server took the credential earlier', () => {
    const session = sessionWith()
    const accepted = new Owner(session, GET).begin()
    accepted.legEnds({ head: challenge })
    accepted.driver.answered(ok)
    const refused = new Owner(session, { ...GET, path: '/admin' }).begin()
    refused.legEnds({ head: challenge })
    refused.driver.answered(bare)
    expect(observation().acceptedBefore).toBe(true)
  })
})

describe('a time-out is told with what was waited for', () => {
  const OVER = 10_000
  const during = () => observation().failure

  it('the password function', () => {
    new Owner(
      sessionWith(() => new Promise(() => {})),
      GET,
    ).begin()
    vi.advanceTimersByTime(OVER)
    expect(during()).toEqual({ code: 'ERR_NTLM_TIMEOUT', during: 'password', after: OVER })
  })

  it('the connection', () => {
    new Owner(sessionWith(), GET).driver.startTimer()
    vi.advanceTimersByTime(OVER)
    expect(during()).toEqual({ code: 'ERR_NTLM_TIMEOUT', during: 'connect', after: OVER })
  })

  it('the answer to the NEGOTIATE', () => {
    new Owner(sessionWith(), GET).begin()
    vi.advanceTimersByTime(OVER)
    expect(during()).toMatchObject({ during: 'negotiate' })
    expect(observation().exchanges).toMatchObject([{ method: 'HEAD', status: undefined, closed: undefined }])
  })

  it('the answer to an AUTHENTICATE on a leg of its own', () => {
    const owner = new Owner(sessionWith('x', { firstLeg: { path: '/login' } }), POST).begin()
    owner.legEnds({ head: challenge })
    vi.advanceTimersByTime(OVER)
    expect(during()).toMatchObject({ during: 'authenticate' })
  })
})
