import { describe, expect, it } from 'vitest'
import type { SeenFailure } from '../src/observation.js'
import {
  challenge,
  exchange,
  findingOf,
  HTTPS,
  idsOf,
  LAB,
  logOn,
  negotiate,
  observed,
  offering,
} from './staged.js'

const [leg, answered] = logOn()
/** The CHALLENGE, with other fields or facts. */
const challenged = (more: Record<string, string> = {}, seen = {}) => ({
  ...leg,
  response: { ...leg.response, ...more },
  ...seen,
})
const unanswered = { ...answered, status: undefined, response: undefined, closed: true }

describe('http2', () => {
  it('is certain where the connection was given up for it', () => {
    const seen = observed([], { origin: HTTPS, failure: { code: 'ERR_NTLM_HTTP2' } })
    expect(findingOf(seen, 'http2')).toMatchObject({ likelihood: 'certain' })
  })

  it.each([
    ['NTLM is offered over it', exchange({ httpVersion: '2', response: offering('NTLM') }), 'likely'],
    ['a NEGOTIATE got a 401 over it', { ...leg, httpVersion: '2', response: offering('NTLM') }, 'certain'],
    ['an AUTHENTICATE got a 401 over it', { ...answered, httpVersion: 'HTTP/2' }, 'certain'],
  ] as const)('is shown where %s', (_case, seen, likelihood) => {
    expect(findingOf(observed([seen]), 'http2')).toMatchObject({ likelihood })
  })

  it.each([
    ['a 401 over HTTP/1.1', [exchange({ response: offering('NTLM') })]],
    ['a 401 over HTTP/2 that offers Basic', [exchange({ httpVersion: '2', response: offering('Basic') })]],
    ['a 200 over HTTP/2', [exchange({ httpVersion: '2', status: 200 })]],
    [
      'a log-on over HTTP/1.1 behind a 401 over HTTP/2',
      [exchange({ httpVersion: '2', response: offering('NTLM') }), leg, answered],
    ],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('http2')
  })
})

describe('connection-not-kept', () => {
  it.each([
    ['Connection: close', [challenged({ connection: 'close' })]],
    ['Connection: close among others', [challenged({ connection: 'Upgrade, Close' })]],
    [
      'Connection: close, and the AUTHENTICATE on another',
      [challenged({ connection: 'close' }), { ...answered, connection: 2 }],
    ],
    ['HTTP/1.0', [challenged({}, { httpVersion: '1.0' })]],
    [
      "a proxy's own field",
      [
        {
          ...challenged({ 'proxy-authenticate': `NTLM ${challenge()}`, 'proxy-connection': 'close' }),
          status: 407,
        },
      ],
    ],
  ])('is certain of a CHALLENGE with %s', (_case, exchanges) => {
    expect(findingOf(observed(exchanges), 'connection-not-kept')).toMatchObject({ likelihood: 'certain' })
  })

  it('is certain where the AUTHENTICATE went on another connection', () => {
    const seen = observed([leg, { ...answered, connection: 2 }])
    expect(findingOf(seen, 'connection-not-kept')).toMatchObject({
      likelihood: 'certain',
      evidence: 'The CHALLENGE came on connection 1, and the AUTHENTICATE went on 2.',
    })
  })

  const bare = { request: { authorization: `NTLM ${negotiate()}` }, response: offering('NTLM') }

  it.each([
    ['a close that was seen', { ...bare, closed: true }],
    ['HTTP/1.0', { ...bare, httpVersion: '1.0' }],
  ])('is likely of 401s to the NEGOTIATE with %s, before legs-spread', (_case, seen) => {
    const exchanges = [exchange(seen), exchange({ ...seen, connection: 2 })]
    expect(findingOf(observed(exchanges), 'connection-not-kept')).toMatchObject({ likelihood: 'likely' })
    expect(idsOf(observed(exchanges))[0]).toBe('connection-not-kept')
  })

  it('is likely where our client had to take another connection for each NEGOTIATE', () => {
    const exchanges = [exchange(bare), exchange({ ...bare, connection: 2 })]
    expect(idsOf(observed(exchanges, { client: {} }))).toEqual(['connection-not-kept', 'legs-spread'])
    expect(idsOf(observed(exchanges))).toEqual(['legs-spread'])
  })

  it('is certain of CHALLENGEs that are each followed by a close', () => {
    const closes = challenged({}, { closed: true })
    const seen = observed([closes, { ...closes, connection: 2 }])
    expect(findingOf(seen, 'connection-not-kept')).toMatchObject({ likelihood: 'certain' })
    expect(idsOf(seen)[0]).toBe('connection-not-kept')
  })

  it.each([
    ['401s to the NEGOTIATE of which one is kept', [exchange(bare), exchange({ ...bare, closed: true })]],
    ['a CHALLENGE that is kept', [leg, answered]],
    [
      'a close that was said, and an AUTHENTICATE answered there all the same',
      [challenged({ connection: 'close' }), answered],
    ],
    ['HTTP/1.0 with keep-alive', [challenged({ connection: 'keep-alive' }, { httpVersion: '1.0' })]],
    [
      'a close that the log-on got over',
      [challenged({ connection: 'close' }), ...logOn({}, { status: 200 })],
    ],
    [
      'a close behind the final answer',
      [leg, { ...answered, status: 200, response: { connection: 'close' } }],
    ],
    [
      'log-ons on two connections at once',
      [leg, { ...leg, connection: 2 }, answered, { ...answered, connection: 2 }],
    ],
    ['a close without a CHALLENGE', [exchange({ response: { ...offering('NTLM'), connection: 'close' } })]],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('connection-not-kept')
  })
})

describe('closed-between-legs', () => {
  it.each([
    ['behind the CHALLENGE', [challenged({}, { closed: true })], undefined, 'certain'],
    ['on the AUTHENTICATE', [leg, unanswered], undefined, 'certain'],
    ['somewhere behind the CHALLENGE', [leg], { code: 'ECONNRESET' }, 'likely'],
  ] as const)('is shown where the connection closed %s', (_case, exchanges, failure, likelihood) => {
    expect(findingOf(observed(exchanges, { failure }), 'closed-between-legs')).toMatchObject({ likelihood })
  })

  it.each([
    ['a close that had been said', observed([challenged({ connection: 'close' }, { closed: true })])],
    [
      'a close before any CHALLENGE',
      observed([exchange({ status: undefined, closed: true })], { failure: { code: 'ECONNRESET' } }),
    ],
    ['a close behind the refusal', observed([leg, { ...answered, closed: true }])],
    ['an error of another kind', observed([leg], { failure: { code: 'ERR_NTLM_TIMEOUT' } })],
  ])('is not shown by %s', (_case, observation) => {
    expect(idsOf(observation)).not.toContain('closed-between-legs')
  })
})

describe('legs-spread', () => {
  const other = { ...LAB, netbiosComputer: 'WEB2', dnsComputer: 'web2.lab.test' }
  const fromOther = logOn({ names: other })

  it('is certain of challenges from two machines, back and forth on one connection', () => {
    const seen = observed([leg, ...fromOther, leg])
    expect(findingOf(seen, 'legs-spread')).toMatchObject({
      likelihood: 'certain',
      evidence: 'The CHALLENGEs name web1.lab.test and web2.lab.test.',
    })
  })

  it('is possible of one CHALLENGE that came afresh with another name', () => {
    const seen = observed([leg, ...fromOther])
    expect(findingOf(seen, 'legs-spread')).toMatchObject({ likelihood: 'possible' })
    expect(idsOf(seen)[0]).toBe('wrong-credentials')
  })

  it('is likely of challenges from two machines on two connections, and a refusal', () => {
    const seen = observed([leg, ...fromOther.map((step) => ({ ...step, connection: 2 }))])
    expect(findingOf(seen, 'legs-spread')).toMatchObject({ likelihood: 'likely' })
  })

  it('is likely of a 400 to the AUTHENTICATE', () => {
    expect(findingOf(observed(logOn({}, { status: 400 })), 'legs-spread')).toMatchObject({
      likelihood: 'likely',
    })
  })

  it('is likely of a MIC over other messages beside a right response', () => {
    const seen = observed(logOn(), { verified: { response: true, mic: false } })
    expect(findingOf(seen, 'legs-spread')).toMatchObject({ likelihood: 'likely' })
  })

  it('is possible of a NEGOTIATE that twice has no CHALLENGE', () => {
    const bare = exchange({ request: { authorization: `NTLM ${negotiate()}` }, response: offering('NTLM') })
    expect(findingOf(observed([bare, bare]), 'legs-spread')).toMatchObject({ likelihood: 'possible' })
    expect(idsOf(observed([bare]))).not.toContain('legs-spread')
  })

  it.each([
    [
      'two machines that both let the log-on in',
      observed([...logOn({}, { status: 200 }), ...logOn({ names: other }, { status: 200 })]),
    ],
    ['a bare 401 to the AUTHENTICATE, as every wrong password gets', observed(logOn())],
    ['a credential that the server took earlier', observed(logOn(), { acceptedBefore: true })],
    ['a 400 to the NEGOTIATE', observed([{ ...leg, status: 400, response: {} }])],
    ['a 401 of an application, which offers nothing', observed(logOn({}, { response: {} }))],
  ])('is not shown by %s', (_case, observation) => {
    expect(idsOf(observation)).not.toContain('legs-spread')
  })
})

describe('timeout', () => {
  const evidenceOf = (failure: SeenFailure) => findingOf(observed([], { failure }), 'timeout')?.evidence

  it.each([
    ['password', 'After 5000 ms the password function had not answered.'],
    ['connect', 'After 5000 ms the connection was not open.'],
    ['negotiate', 'After 5000 ms the NEGOTIATE had no answer.'],
    ['challenge', 'After 5000 ms the CHALLENGE had not come.'],
    ['authenticate', 'After 5000 ms the AUTHENTICATE had no answer.'],
    ['request', 'After 5000 ms the request itself had no answer.'],
  ] as const)('says that it was during: %s', (during, evidence) => {
    expect(evidenceOf({ code: 'ERR_NTLM_TIMEOUT', during, after: 5000 })).toBe(evidence)
  })

  it('names the password function as what to look at', () => {
    const seen = observed([], { failure: { code: 'ERR_NTLM_TIMEOUT', during: 'password' } })
    expect(findingOf(seen, 'timeout')).toMatchObject({
      likelihood: 'certain',
      nextStep: expect.stringMatching(/function/),
    })
  })

  it.each(['ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT'])('is shown by %s', (code) => {
    expect(evidenceOf({ code })).toMatch(/had not answered/)
  })

  it.each(['ECONNRESET', 'ERR_NTLM_REJECTED', 'ENOTFOUND'])('is not shown by %s', (code) => {
    expect(evidenceOf({ code })).toBeUndefined()
  })
})
