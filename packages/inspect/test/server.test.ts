import { describe, expect, it } from 'vitest'
import {
  authenticate,
  challenge,
  exchange,
  findingOf,
  idsOf,
  logOn,
  negotiate,
  observed,
  offering,
} from './staged.js'

describe('login-page', () => {
  const to = (location: string, status = 302, request = {}) => [
    exchange({ status, request, response: { location } }),
  ]

  const forms = { 'x-forms_based_auth_required': 'https://intranet/_forms/' }

  it.each([
    ['/_login/default.aspx?ReturnUrl=%2f', /X-FORMS_BASED_AUTH_ACCEPTED: f/],
    ['https://intranet/_forms/default.aspx', /X-FORMS_BASED_AUTH_ACCEPTED: f/],
    ['/_layouts/15/Authenticate.aspx?Source=%2F', /X-FORMS_BASED_AUTH_ACCEPTED: f/],
    ['https://sts.lab.test/adfs/ls/?wa=wsignin1.0', /WIASupportedUserAgents/],
    ['https://login.microsoftonline.com/common/oauth2/authorize', /not by NTLM/],
  ])('is likely of a 302 to %s', (location, nextStep) => {
    expect(findingOf(observed(to(location)), 'login-page')).toMatchObject({
      likelihood: 'likely',
      evidence: expect.not.stringContaining('?'),
      nextStep: expect.stringMatching(nextStep),
    })
  })

  it('is possible of a page that is merely called so', () => {
    expect(findingOf(observed(to('/Account/Login?ReturnUrl=%2f')), 'login-page')).toMatchObject({
      likelihood: 'possible',
    })
  })

  it('says something else to who sends the header already', () => {
    const seen = observed(to('/_login/default.aspx', 302, { 'x-forms_based_auth_accepted': 'f' }))
    expect(findingOf(seen, 'login-page')?.nextStep).toMatch(/already/)
  })

  it('is certain of X-FORMS_BASED_AUTH_REQUIRED, which is no missing right', () => {
    const response = { 'x-forms_based_auth_required': 'https://intranet/_forms/' }
    expect(idsOf(observed([exchange({ status: 403, response })]))).toEqual(['login-page'])
  })

  it.each([
    ['a 200', [exchange({ status: 200, response: forms })]],
    ['a 401 that asks for NTLM', [exchange({ response: { ...offering('NTLM'), ...forms } })]],
    ['the 401 that refuses', logOn({}, { response: { ...offering('NTLM'), ...forms } })],
  ])('is possible only of X-FORMS_BASED_AUTH_REQUIRED on %s', (_case, exchanges) => {
    expect(findingOf(observed(exchanges), 'login-page')).toMatchObject({ likelihood: 'possible' })
    expect(idsOf(observed(exchanges))[0]).toBe(exchanges.length > 1 ? 'wrong-credentials' : 'login-page')
  })

  it('shows no userinfo and no query', () => {
    const url = 'https://u:SECRET@web1/_login/;x=SECRET?SAMLRequest=SECRET'
    const fields = { 'x-forms_based_auth_required': url }
    for (const seen of [to(url), [exchange({ status: 403, response: fields })]])
      expect(findingOf(observed(seen), 'login-page')?.evidence).not.toMatch(/SECRET/)
  })

  it.each([
    ['a 302 to another page', to('/Pages/Home.aspx')],
    ['a 302 to https', to('https://web1.lab.test/')],
    ['a page about logging in', to('/help/login-problems')],
    ['a 201 with a location', to('/_login/default.aspx', 201)],
    ['a redirect that was followed to a 200', [...to('/_login/x'), exchange({ status: 200 })]],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('login-page')
  })
})

describe('head-not-served', () => {
  it.each([405, 501])('is certain of a HEAD that gets %i', (status) => {
    expect(findingOf(observed([exchange({ method: 'HEAD', status })]), 'head-not-served')).toMatchObject({
      likelihood: 'certain',
    })
  })

  it('is likely where a HEAD closes the connection and a GET is answered', () => {
    const seen = observed([
      exchange({ method: 'HEAD', status: undefined, closed: true }),
      exchange({ connection: 2 }),
    ])
    expect(findingOf(seen, 'head-not-served')).toMatchObject({ likelihood: 'likely' })
  })

  it.each([
    ['a HEAD that gets 401', [exchange({ method: 'HEAD', response: offering('NTLM') })]],
    ['a HEAD that gets 404', [exchange({ method: 'HEAD', status: 404 })]],
    ['a GET that gets 405', [exchange({ status: 405 })]],
    ['a server that closes on everything', [exchange({ method: 'HEAD', status: undefined, closed: true })]],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('head-not-served')
  })
})

describe('server-stopped', () => {
  const kernel = {
    server: 'Microsoft-HTTPAPI/2.0',
    connection: 'close',
    'content-type': 'text/html; charset=us-ascii',
  }

  it('is certain of a 503 by HTTP.sys itself', () => {
    expect(
      findingOf(observed([exchange({ status: 503, response: kernel })]), 'server-stopped'),
    ).toMatchObject({
      likelihood: 'certain',
      nextStep: expect.stringMatching(/application pool/),
    })
  })

  it.each([
    ['that is kept', { ...kernel, connection: undefined }],
    ['of no known type', { ...kernel, 'content-type': undefined }],
  ])('is possible of a 503 by HTTP.sys or on it, %s', (_case, response) => {
    expect(findingOf(observed([exchange({ status: 503, response })]), 'server-stopped')).toMatchObject({
      likelihood: 'possible',
    })
  })

  it.each([
    ['a 503 that says who is logged on', { status: 503, response: { ...kernel, 'persistent-auth': 'true' } }],
    ['a 503 in JSON', { status: 503, response: { ...kernel, 'content-type': 'application/json' } }],
    ['a 503 by IIS', { status: 503, response: { server: 'Microsoft-IIS/10.0' } }],
    ['a 503 by nginx', { status: 503, response: { server: 'nginx' } }],
    ['a 404 by HTTP.sys', { status: 404, response: { server: 'Microsoft-HTTPAPI/2.0' } }],
  ])('is not shown by %s', (_case, seen) => {
    expect(idsOf(observed([exchange(seen)]))).not.toContain('server-stopped')
  })

  it('is not shown by a 503 behind a log-on', () => {
    const seen = observed(logOn({}, { status: 503, response: kernel }))
    expect(idsOf(seen)).not.toContain('server-stopped')
  })
})

describe('proxy-asks', () => {
  const connect = { method: 'CONNECT', url: 'web1.lab.test:443', status: 407 }
  const offered = { 'proxy-authenticate': ['Negotiate', 'NTLM'] }
  const tunnel = [
    exchange({
      ...connect,
      request: { 'proxy-authorization': `NTLM ${negotiate()}` },
      response: { 'proxy-authenticate': `NTLM ${challenge()}` },
    }),
    exchange({ ...connect, request: { 'proxy-authorization': `NTLM ${authenticate()}` }, response: offered }),
  ]

  it('is certain of a 407', () => {
    expect(findingOf(observed([exchange({ ...connect, response: offered })]), 'proxy-asks')).toMatchObject({
      likelihood: 'certain',
      evidence:
        'A proxy on the way to http://web1.lab.test answered CONNECT with 407, and offers negotiate, ntlm.',
    })
  })

  it.each([
    [
      'within TLS',
      'https://web1.lab.test',
      'possible',
      /^GET was answered with 407, and offers ntlm, within TLS/,
    ],
    ['where no proxy is known', 'http://web1.lab.test', 'likely', /^A proxy on the way to/],
  ])('advises to give no credentials to a 407 %s', (_case, origin, likelihood, evidence) => {
    const seen = observed([exchange({ status: 407, response: { 'proxy-authenticate': 'NTLM' } })], { origin })
    expect(findingOf(seen, 'proxy-asks')).toMatchObject({
      likelihood,
      evidence: expect.stringMatching(evidence),
      nextStep: expect.stringMatching(/give it no credentials/),
    })
  })

  it('says that the account of the proxy is meant, where that was refused', () => {
    expect(findingOf(observed(tunnel), 'proxy-asks')?.nextStep).toMatch(/account that the proxy was given/)
    expect(findingOf(observed(tunnel), 'wrong-credentials')?.evidence).toMatch(/^The proxy answered/)
  })

  it.each([
    ["a server's 401", [exchange({ response: offering('NTLM') })]],
    [
      'a 407 that the tunnel got over',
      [tunnel[0], exchange({ ...tunnel[1], status: 200 }), exchange({ status: 200 })],
    ],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('proxy-asks')
  })
})
