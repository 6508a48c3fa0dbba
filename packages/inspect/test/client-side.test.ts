import { describe, expect, it } from 'vitest'
import { exchange, findingOf, HTTPS, idsOf, logOn, observed, offering } from './staged.js'

const asked = [exchange({ response: offering('Negotiate', 'NTLM') })]

describe('origin-not-listed', () => {
  it.each([
    ['http://127.0.0.1:8080', ['http://localhost:8080'], /its name is localhost/],
    ['https://web1.lab.test', ['http://web1.lab.test'], /its scheme is http,/],
    ['http://web1.lab.test:8080', ['http://web1.lab.test', 'http://other.test:8080'], /its port is 80,/],
  ])('names the nearest of %s', (origin, origins, evidence) => {
    const client = { leftAlone: 'origin-not-listed', origins } as const
    expect(findingOf(observed(asked, { origin, client }), 'origin-not-listed')).toMatchObject({
      likelihood: 'certain',
      evidence: expect.stringMatching(evidence),
      nextStep: expect.stringContaining(`Add '${origin}'`),
    })
  })

  it('is not shown by a 401 of a listed origin', () => {
    const client = { origins: ['http://web1.lab.test'] }
    expect(idsOf(observed(logOn(), { client }))).not.toContain('origin-not-listed')
  })
})

describe('own-authorization', () => {
  const basic = { authorization: 'Basic YWxpY2U6eA==' }

  it('is certain where the request was left alone for it, and does not show what it has', () => {
    const seen = observed([{ ...asked[0], request: basic }], { client: { leftAlone: 'own-authorization' } })
    expect(findingOf(seen, 'own-authorization')).toMatchObject({
      likelihood: 'certain',
      evidence: 'The request brought an Authorization of its own (Basic), and went with that alone.',
    })
  })

  it('is likely where a Basic of another client gets a 401 that offers NTLM', () => {
    expect(findingOf(observed([{ ...asked[0], request: basic }]), 'own-authorization')).toMatchObject({
      likelihood: 'likely',
    })
  })

  it.each([
    ['a Basic that gets a 401 for Basic', [exchange({ request: basic, response: offering('Basic') })]],
    ['a Basic that is let in', [exchange({ request: basic, status: 200 })]],
    ['an NTLM of ours', logOn()],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('own-authorization')
  })
})

describe('client-bypassed', () => {
  it.each([
    ['switched-off', /ntlm: false/],
    ['proxy-option', /proxy option/],
    ['bypassed', /did not come through the agent/],
  ] as const)('is certain of %s', (leftAlone, evidence) => {
    expect(findingOf(observed(asked, { client: { leftAlone } }), 'client-bypassed')).toMatchObject({
      likelihood: 'certain',
      evidence: expect.stringMatching(evidence),
    })
  })

  it('is not shown where the origin is not listed', () => {
    expect(idsOf(observed(asked, { client: { leftAlone: 'origin-not-listed' } }))).toEqual([
      'origin-not-listed',
    ])
  })
})

describe('runtime-ignores-dispatcher', () => {
  it('names the run-time', () => {
    const seen = observed(asked, { client: { leftAlone: 'runtime', runtime: 'bun 1.3' } })
    expect(findingOf(seen, 'runtime-ignores-dispatcher')).toMatchObject({
      evidence: expect.stringMatching(/bun 1\.3/),
    })
  })

  it('is not shown by a run-time that took part', () => {
    expect(idsOf(observed(logOn(), { client: { runtime: 'bun 1.3' } }))).not.toContain(
      'runtime-ignores-dispatcher',
    )
  })
})

describe('body-goes-once', () => {
  it('is certain of its error', () => {
    const failure = { code: 'ERR_NTLM_BODY_NOT_REPLAYABLE' }
    expect(findingOf(observed(asked, { failure }), 'body-goes-once')).toMatchObject({ likelihood: 'certain' })
  })

  it('is not shown by a POST that is refused', () => {
    expect(idsOf(observed(logOn({}, { method: 'POST' }), { origin: HTTPS }))).not.toContain('body-goes-once')
  })
})
