import { describe, expect, it } from 'vitest'
import { exchange, findingOf, HTTPS, idsOf, logOn, observed } from './staged.js'

const BINDING = 'a1'.repeat(16)
const certificate = {
  subject: 'CN=web1.lab.test',
  issuer: 'CN=Lab Root',
  fingerprint: 'f0'.repeat(32),
  binding: BINDING,
}
const bound = logOn({ answer: { binding: BINDING } })
const fromIis = logOn({}, { response: { 'www-authenticate': 'NTLM', server: 'Microsoft-IIS/10.0' } })
const secure = { origin: HTTPS, certificate, client: { channelBinding: 'auto' } } as const

describe('binding-mismatch', () => {
  it('is possible where a bound log-on is refused, and names issuer and fingerprint', () => {
    expect(findingOf(observed(bound, secure), 'binding-mismatch')).toMatchObject({
      likelihood: 'possible',
      evidence: expect.stringMatching(/issuer CN=Lab Root, SHA-256 f0f0/),
    })
  })

  it('is likely where the issuer is known to inspect TLS', () => {
    const inspected = { ...certificate, issuer: 'CN=Zscaler Intermediate Root CA, O=Zscaler Inc.' }
    expect(
      findingOf(observed(bound, { ...secure, certificate: inspected }), 'binding-mismatch'),
    ).toMatchObject({
      likelihood: 'likely',
    })
  })

  it('is likely where the AUTHENTICATE has the binding of another certificate', () => {
    const other = logOn({ answer: { binding: 'b2'.repeat(16) } })
    expect(findingOf(observed(other, secure), 'binding-mismatch')).toMatchObject({ likelihood: 'likely' })
  })

  it('is likely where the binding was checked and is that of another certificate', () => {
    const seen = observed(bound, { ...secure, verified: { binding: false } })
    expect(findingOf(seen, 'binding-mismatch')).toMatchObject({ likelihood: 'likely' })
  })

  it.each([
    [
      'where the binding was checked and is right',
      observed(bound, { ...secure, verified: { binding: true } }),
    ],
    ['over plain http', observed(bound, { certificate })],
    ['where no binding was sent', observed(logOn(), secure)],
    [
      'where the log-on was let in',
      observed(logOn({ answer: { binding: BINDING } }, { status: 200 }), secure),
    ],
    ['where the server took the credential earlier', observed(bound, { ...secure, acceptedBefore: true })],
    [
      'where nothing is known of a binding',
      observed(
        logOn().map((seen) => ({ ...seen, request: {} })),
        { origin: HTTPS },
      ),
    ],
    [
      "for a proxy's 407",
      observed([exchange({ status: 407, request: { 'proxy-authorization': 'NTLM x' } })], secure),
    ],
  ])('is not shown %s', (_case, observation) => {
    expect(idsOf(observation)).not.toContain('binding-mismatch')
  })
})

describe('binding-off', () => {
  it("is likely where channelBinding is 'none' and the log-on over TLS is refused", () => {
    const seen = observed(logOn(), { ...secure, client: { channelBinding: 'none' } })
    expect(findingOf(seen, 'binding-off')).toMatchObject({
      likelihood: 'likely',
      evidence: expect.stringMatching(/channelBinding is 'none'/),
    })
    expect(idsOf(seen)).not.toContain('binding-mismatch')
  })

  it.each([
    ['nothing', undefined],
    ['sixteen zeros', '00'.repeat(16)],
  ])('is possible where the AUTHENTICATE of another client has %s', (_case, binding) => {
    const seen = observed(logOn({ answer: { binding } }), { origin: HTTPS })
    expect(findingOf(seen, 'binding-off')).toMatchObject({ likelihood: 'possible' })
  })

  it('is likely where the response was made with the right password', () => {
    const seen = observed(logOn(), { origin: HTTPS, verified: { response: true } })
    expect(findingOf(seen, 'binding-off')).toMatchObject({ likelihood: 'likely' })
  })

  it.each([
    ['over http', observed(logOn(), { client: { channelBinding: 'none' } })],
    [
      'where the log-on was let in',
      observed(logOn({}, { status: 200 }), { origin: HTTPS, client: { channelBinding: 'none' } }),
    ],
    ['where it was bound', observed(bound, secure)],
  ])('is not shown %s', (_case, observation) => {
    expect(idsOf(observation)).not.toContain('binding-off')
  })
})

describe('binding-needs-tls', () => {
  it('is possible where the right password is refused over plain http', () => {
    const seen = observed(logOn(), { verified: { response: true } })
    expect(findingOf(seen, 'binding-needs-tls')).toMatchObject({ likelihood: 'possible' })
  })

  it('is likely where the server points to https', () => {
    const seen = logOn(
      {},
      { response: { 'www-authenticate': 'NTLM', 'strict-transport-security': 'max-age=1' } },
    )
    expect(findingOf(observed(seen), 'binding-needs-tls')).toMatchObject({ likelihood: 'likely' })
  })

  it.each([
    ['of a refusal over http like any other', observed(logOn())],
    ['over https', observed(bound, secure)],
    ['of a log-on that was let in over http', observed(logOn({}, { status: 200 }))],
    ['where the server took the credential earlier', observed(logOn(), { acceptedBefore: true })],
  ])('is not shown %s', (_case, observation) => {
    expect(idsOf(observation)).not.toContain('binding-needs-tls')
  })
})

describe('name-is-alias', () => {
  it.each([
    ['an IPv4 address', 'http://10.0.0.7:8080', /10\.0\.0\.7 is an IP address/],
    ['an IPv6 address', 'http://[::1]', /\[::1\] is an IP address/],
    [
      'another name',
      'http://intranet.lab.test',
      /asked as intranet\.lab\.test, and the server calls itself web1\.lab\.test/,
    ],
  ])('is possible where HTTP.sys refuses a log-on at %s', (_case, origin, evidence) => {
    expect(findingOf(observed(fromIis, { origin }), 'name-is-alias')).toMatchObject({
      likelihood: 'possible',
      evidence: expect.stringMatching(evidence),
    })
  })

  it('is possible where the right password is refused there, by whatever server', () => {
    const seen = observed(logOn(), { origin: 'http://127.0.0.1', verified: { response: true } })
    expect(findingOf(seen, 'name-is-alias')).toMatchObject({ likelihood: 'possible' })
  })

  it('is likely where Kerberos is refused at an address', () => {
    const request = { authorization: 'Negotiate YIIFhgYGKwYBBQUCoIIFejCCBXagDTALBgkqhkiG9xIBAgI=' }
    const seen = observed([exchange({ request, response: { 'www-authenticate': 'Negotiate' } })], {
      origin: 'http://10.0.0.7',
    })
    expect(findingOf(seen, 'name-is-alias')).toMatchObject({ likelihood: 'likely' })
  })

  it.each([
    ['an address where anything else refuses', observed(logOn(), { origin: 'http://127.0.0.1' })],
    [
      'an address where the password is known to be wrong',
      observed(fromIis, { origin: 'http://10.0.0.7', verified: { response: false } }),
    ],
    ["the server's DNS name", observed(fromIis, { origin: 'http://WEB1.lab.test:81' })],
    ["the server's NetBIOS name", observed(fromIis, { origin: 'http://web1' })],
    ['an alias that let the log-on in', observed(logOn({}, { status: 200 }), { origin: 'http://intranet' })],
    ['a name where the server tells none', observed(logOn({ names: {} }), { origin: 'http://intranet' })],
  ])('is not shown at %s', (_case, observation) => {
    expect(idsOf(observation)).not.toContain('name-is-alias')
  })
})
