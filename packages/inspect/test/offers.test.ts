import { encodeNegTokenInit, encodeNegTokenResp, NTLM_OID } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../src/index.js'
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
  oldChallenge,
} from './staged.js'

const KERBEROS_OID = '1.2.840.113554.1.2.2'
const init = encodeNegTokenInit({
  kind: 'init',
  mechTypes: [NTLM_OID],
  mechToken: Buffer.from(negotiate(), 'base64'),
})
const withNtlm = { authorization: `Negotiate ${init.toString('base64')}` }
const reject = `Negotiate ${encodeNegTokenResp({ kind: 'resp', negState: 'reject' }).toString('base64')}`
const choosesKerberos = `Negotiate ${encodeNegTokenResp({ kind: 'resp', negState: 'request-mic', supportedMech: KERBEROS_OID }).toString('base64')}`

describe('not-offered', () => {
  it.each([
    ['Basic only', offering('Basic realm="a, NTLM"'), /offers basic with its 401/],
    [
      'Bearer and Digest',
      offering('Bearer', 'Digest realm="x", qop="auth", nonce="y"'),
      /offers bearer, digest/,
    ],
    ['nothing', {}, /offers no scheme/],
  ])('is certain of a 401 that offers %s', (_case, response, evidence) => {
    expect(findingOf(observed([exchange({ response })]), 'not-offered')).toMatchObject({
      likelihood: 'certain',
      evidence: expect.stringMatching(evidence),
    })
  })

  it('says which option allows what is offered', () => {
    const seen = observed([exchange({ response: offering('Negotiate') })], { client: { schemes: ['ntlm'] } })
    expect(findingOf(seen, 'not-offered')).toMatchObject({ nextStep: expect.stringMatching(/schemes/) })
  })

  it.each([
    [
      'NTLM beside Basic on one line',
      [exchange({ response: { 'www-authenticate': 'Basic realm="x", NTLM' } })],
    ],
    ['Negotiate', [exchange({ response: offering('Negotiate') })]],
    ['a 200', [exchange({ status: 200 })]],
    ['a 401 of the application to the AUTHENTICATE', logOn({}, { response: {} })],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('not-offered')
  })
})

describe('ntlm-refused-in-negotiate', () => {
  it.each([
    ['a reject of SPNEGO', offering(reject), 'certain'],
    ['the choice of Kerberos', offering(choosesKerberos), 'certain'],
    ['a 401 without a token', offering('Negotiate'), 'likely'],
  ] as const)('is shown by %s', (_case, response, likelihood) => {
    const seen = observed([exchange({ request: withNtlm, response })])
    expect(findingOf(seen, 'ntlm-refused-in-negotiate')).toMatchObject({ likelihood })
  })

  it("says schemes: ['ntlm'] where NTLM is offered beside it", () => {
    const seen = observed([exchange({ request: withNtlm, response: offering('Negotiate', 'NTLM') })], {
      client: {},
    })
    expect(findingOf(seen, 'ntlm-refused-in-negotiate')).toMatchObject({
      nextStep: expect.stringMatching(/'ntlm'/),
    })
    expect(idsOf(seen)).not.toContain('kerberos-only')
  })

  it('is seen where the NTLM message was not wrapped', () => {
    const request = { authorization: `Negotiate ${negotiate()}` }
    expect(idsOf(observed([exchange({ request, response: offering('Negotiate') })]))).toContain(
      'ntlm-refused-in-negotiate',
    )
  })

  it.each([
    [
      'a CHALLENGE in Negotiate',
      [exchange({ request: withNtlm, response: offering(`Negotiate ${challenge()}`) })],
    ],
    [
      'a refused AUTHENTICATE in Negotiate',
      [
        exchange({ request: withNtlm, response: offering(`Negotiate ${challenge()}`) }),
        exchange({
          request: { authorization: `Negotiate ${authenticate()}` },
          response: offering('Negotiate'),
        }),
      ],
    ],
    [
      'a NEGOTIATE by the scheme NTLM',
      [exchange({ request: { authorization: `NTLM ${negotiate()}` }, response: offering('Negotiate') })],
    ],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('ntlm-refused-in-negotiate')
  })
})

describe('kerberos-only', () => {
  it.each([
    ['a reject of SPNEGO', offering(reject), 'certain'],
    ['the choice of Kerberos', offering(choosesKerberos), 'certain'],
    ['Negotiate alone, again', offering('Negotiate'), 'likely'],
  ])(
    'comes first where NTLM in Negotiate gets %s, and nothing names schemes',
    (_case, response, likelihood) => {
      const findings = diagnose(observed([exchange({ request: withNtlm, response })], { client: {} }))
      expect(findings[0]).toMatchObject({ id: 'kerberos-only', likelihood })
      expect(findings.map(({ nextStep }) => nextStep).join()).not.toMatch(/schemes/)
    },
  )

  it('is certain of the scheme Kerberos alone', () => {
    expect(
      findingOf(observed([exchange({ response: offering('Kerberos') })]), 'kerberos-only'),
    ).toMatchObject({
      likelihood: 'certain',
    })
  })

  it.each([
    ['Negotiate offered, and nothing tried', [exchange({ response: offering('Negotiate') })]],
    [
      'NTLM offered earlier',
      [
        exchange({ response: offering('Negotiate', 'NTLM') }),
        exchange({ request: withNtlm, response: offering(reject) }),
      ],
    ],
    ['a CHALLENGE', [exchange({ request: withNtlm, response: offering(`Negotiate ${challenge()}`) })]],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('kerberos-only')
  })
})

describe('ntlmv1-only', () => {
  it('is likely where the refused AUTHENTICATE answers with NTLMv1', () => {
    expect(findingOf(observed(logOn({ answer: { response: 'ntlm-v1' } })), 'ntlmv1-only')).toMatchObject({
      likelihood: 'likely',
    })
  })

  it('is possible where a server of old refuses NTLMv2', () => {
    const [first, second] = logOn()
    const seen = [{ ...first, response: offering(`NTLM ${oldChallenge()}`) }, second]
    expect(findingOf(observed(seen), 'ntlmv1-only')).toMatchObject({ likelihood: 'possible' })
  })

  it.each([
    ['a refused NTLMv2 where the CHALLENGE has target information', logOn()],
    ['an NTLMv1 that was let in', logOn({ answer: { response: 'ntlm-v1' } }, { status: 200 })],
    ['a CHALLENGE of old alone', [exchange({ response: offering(`NTLM ${oldChallenge()}`) })]],
  ])('is not shown by %s', (_case, exchanges) => {
    expect(idsOf(observed(exchanges))).not.toContain('ntlmv1-only')
  })
})
