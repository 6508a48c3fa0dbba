import { describe, expect, it } from 'vitest'
import { diagnose } from '../src/index.js'
import { challenge, exchange, findingOf, idsOf, logOn, NOW, negotiate, observed, offering } from './staged.js'

const minutes = (count: number) => NOW + count * 60_000

describe('wrong-credentials', () => {
  it('is likely where the AUTHENTICATE got another 401, and never certain', () => {
    const finding = findingOf(observed(logOn(), { client: { username: 'LAB\\alice' } }), 'wrong-credentials')
    expect(finding).toEqual({
      id: 'wrong-credentials',
      likelihood: 'likely',
      evidence:
        'http://web1.lab.test answered the AUTHENTICATE of LAB\\alice with 401: a wrong password and a disabled, locked, ' +
        'expired or restricted account look alike.',
      nextStep: expect.stringMatching(/event 4625.*Sub Status/),
    })
  })

  it('is possible only where the server took the credential earlier', () => {
    const finding = findingOf(observed(logOn(), { acceptedBefore: true }), 'wrong-credentials')
    expect(finding).toMatchObject({
      likelihood: 'possible',
      evidence: expect.stringMatching(/may have changed/),
    })
  })

  it('is told of a log-on whose tokens were left out of the record', () => {
    const [first, second] = logOn()
    const seen = [
      { ...first, request: {} },
      { ...second, request: {} },
    ]
    expect(idsOf(observed(seen))).toContain('wrong-credentials')
  })

  it.each([
    [
      'a 401 to the NEGOTIATE',
      [exchange({ request: { authorization: `NTLM ${negotiate()}` }, response: offering('NTLM') })],
    ],
    ['a 401 to a request without a token', [exchange({ response: offering('NTLM') })]],
    ['a CHALLENGE alone', logOn().slice(0, 1)],
    ['a log-on that was let in', logOn({}, { status: 200, response: {} })],
    ['a server that answers 500', logOn({}, { status: 500, response: {} })],
    [
      'a bare 401 on another connection',
      [logOn()[0], exchange({ connection: 2, response: offering('NTLM') })],
    ],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('wrong-credentials')
  })
})

describe('a refused log-on whose AUTHENTICATE was checked with the password', () => {
  it('is certain to be wrong credentials where the response is another', () => {
    const seen = observed(logOn(), { verified: { response: false } })
    expect(findingOf(seen, 'wrong-credentials')).toMatchObject({ likelihood: 'certain' })
    expect(idsOf(seen)).not.toContain('missing-rights')
  })

  it('is none of a wrong password where the response is right, but an account that may not', () => {
    const seen = observed(logOn(), { verified: { response: true } })
    expect(idsOf(seen)[0]).toBe('missing-rights')
    expect(findingOf(seen, 'missing-rights')).toMatchObject({
      likelihood: 'likely',
      nextStep: expect.stringMatching(/disabled.*locked/),
    })
    expect(idsOf(seen)).not.toContain('wrong-credentials')
  })
})

it('an empty password is said first', () => {
  const [finding] = diagnose(observed(logOn(), { client: { emptyPassword: true } }))
  expect(finding).toMatchObject({
    id: 'wrong-credentials',
    evidence: expect.stringMatching(/^The password is empty\. /),
    nextStep: expect.stringMatching(/^The password is empty: /),
  })
})

describe('rejected-cooling-down', () => {
  it('says since when and until when', () => {
    const coolingDown = { since: NOW, until: minutes(5) }
    expect(
      findingOf(observed([], { coolingDown, client: { username: 'LAB\\bob' } }), 'rejected-cooling-down'),
    ).toMatchObject({
      likelihood: 'certain',
      evidence: expect.stringMatching(/LAB\\bob at 12:00:00 UTC; .* until 12:05:00 UTC/),
    })
  })

  it('is not shown by a refusal of just now', () => {
    expect(idsOf(observed(logOn()))).not.toContain('rejected-cooling-down')
  })
})

describe('missing-rights', () => {
  it.each([
    ['a 403 to the AUTHENTICATE', logOn({}, { status: 403, response: {} }), 'likely'],
    [
      'a 403 to the AUTHENTICATE by something before the server',
      logOn({}, { status: 403, response: { server: 'cloudflare' } }),
      'likely',
    ],
    [
      'a 403 with Persistent-Auth',
      logOn({}, { status: 403, response: { 'persistent-auth': 'true' } }),
      'certain',
    ],
    ['a 401 with Persistent-Auth', logOn({}, { response: { 'persistent-auth': 'true' } }), 'likely'],
    [
      'a 401 with an accept-completed',
      logOn({}, { response: offering('Negotiate oQcwBaADCgEA') }),
      'certain',
    ],
    ['a 401 to the AUTHENTICATE that asks for nothing', logOn({}, { response: {} }), 'possible'],
  ] as const)('is shown by %s', (_case, exchanges, likelihood) => {
    expect(findingOf(observed(exchanges), 'missing-rights')).toMatchObject({ likelihood })
  })

  it('is likely where the server took the credential earlier', () => {
    expect(findingOf(observed(logOn(), { acceptedBefore: true }), 'missing-rights')).toMatchObject({
      likelihood: 'likely',
    })
  })

  it('is likely where the request itself is refused on a connection that is logged on', () => {
    const seen = [...logOn({}, { status: 200, response: {} }), exchange({ response: offering('NTLM') })]
    expect(findingOf(observed(seen, { acceptedBefore: true }), 'missing-rights')).toMatchObject({
      likelihood: 'likely',
      evidence: expect.stringMatching(/answers 401 to this request on the connection that is logged on\.$/),
    })
    expect(idsOf(observed(seen, { acceptedBefore: true }))).toEqual(['missing-rights'])
    expect(idsOf(observed(seen))).not.toContain('missing-rights')
  })

  it('leaves wrong-credentials possible where a field of the 401 says that the log-on succeeded', () => {
    const seen = observed(logOn({}, { response: { ...offering('NTLM'), 'persistent-auth': 'true' } }))
    expect(diagnose(seen)).toMatchObject([
      { id: 'missing-rights', likelihood: 'likely' },
      { id: 'wrong-credentials', likelihood: 'possible' },
    ])
  })

  it('leaves wrong-credentials out where a final token says so', () => {
    expect(idsOf(observed(logOn({}, { response: offering('Negotiate oQcwBaADCgEA') })))).toEqual([
      'missing-rights',
    ])
  })

  it.each([
    ['the first refusal of a credential', logOn()],
    ['a 403 to a request without a token', [exchange({ status: 403 })]],
    ['a 404 to the AUTHENTICATE', logOn({}, { status: 404, response: {} })],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('missing-rights')
  })
})

describe('clock-skew', () => {
  it.each([
    [5, '5 minutes ahead of'],
    [-5, '5 minutes behind'],
    [-180, '3 hours behind'],
    [3 * 1440, '3 days ahead of'],
  ])('is shown by a CHALLENGE whose time is %i minutes off', (off, words) => {
    expect(findingOf(observed(logOn({ at: minutes(off) })), 'clock-skew')).toMatchObject({
      likelihood: 'likely',
      evidence: `The server's clock is ${words} this machine's.`,
    })
  })

  it('is possible only where the log-on was let in', () => {
    const seen = logOn({ at: minutes(10) }, { status: 200, response: {} })
    expect(findingOf(observed(seen), 'clock-skew')).toMatchObject({ likelihood: 'possible' })
  })

  it('is told from the Date of a 401 where the CHALLENGE has no time', () => {
    const date = new Date(minutes(-30)).toUTCString()
    const seen = [exchange({ answeredAt: NOW, response: { date, 'www-authenticate': 'NTLM' } })]
    expect(findingOf(observed(seen), 'clock-skew')).toMatchObject({
      evidence: expect.stringMatching(/30 minutes behind/),
    })
  })

  it.each([
    ['two minutes', logOn({ at: minutes(2) })],
    ['a second less than five minutes', logOn({ at: minutes(5) - 1000 })],
    ['no time of ours', [{ ...logOn({ at: minutes(60) })[0], sentAt: undefined, answeredAt: undefined }]],
    [
      'the old Date of a cached 200',
      [exchange({ status: 200, answeredAt: NOW, response: { date: new Date(0).toUTCString() } })],
    ],
    ['a Date that is none', [exchange({ answeredAt: NOW, response: { date: 'yesterday' } })]],
    ['a Date that is a number', [exchange({ answeredAt: NOW, response: { date: '2026' } })]],
    ['a time of zero', logOn({ at: -11_644_473_600_000 })],
    ['a time of all ones', logOn({ at: 1_833_029_933_770_955 })],
    ['eleven years', logOn({ at: minutes(11 * 365 * 1440) })],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('clock-skew')
  })
})

describe('workstation-restricted', () => {
  it('is possible where the refused AUTHENTICATE named a workstation', () => {
    expect(
      findingOf(observed(logOn({ answer: { workstation: 'CI-7' } })), 'workstation-restricted'),
    ).toMatchObject({
      likelihood: 'possible',
      evidence: expect.stringMatching(/CI-7/),
      nextStep: expect.stringMatching(/0xC0000070/),
    })
  })

  it('is told by the option where the AUTHENTICATE was left out', () => {
    const [first, second] = logOn()
    const exchanges = [first, { ...second, request: {} }]
    expect(idsOf(observed(exchanges, { client: { workstation: 'CI-7' } }))).toContain(
      'workstation-restricted',
    )
  })

  it.each([
    ['no workstation was sent', logOn()],
    ['it was let in', logOn({ answer: { workstation: 'CI-7' } }, { status: 200 })],
  ])('is not shown where %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('workstation-restricted')
  })
})

describe('anonymous', () => {
  it('is certain of an AUTHENTICATE without a user, which is no wrong password then', () => {
    const ids = idsOf(observed(logOn({ answer: { response: 'anonymous' } })))
    expect(ids).toContain('anonymous')
    expect(ids).not.toContain('wrong-credentials')
  })

  it('is not shown by a user without a domain', () => {
    expect(idsOf(observed(logOn({ answer: { domain: '' } })))).not.toContain('anonymous')
  })
})

describe('an answer that is no English', () => {
  it('is shown with its unseen characters escaped', () => {
    const names = { netbiosDomain: 'L\u202eAB', netbiosComputer: 'WEB1' }
    const { evidence } = findingOf(observed(logOn({ names, answer: { domain: 'OTHER' } })), 'domain-form')!
    expect(evidence).toContain('L\\u202eAB')
  })

  it('that is no base64 shows nothing', () => {
    const response = offering('NTLM %%%', `Negotiate ${challenge().slice(0, 30)}`)
    expect(() => idsOf(observed([exchange({ response })]))).not.toThrow()
  })
})
