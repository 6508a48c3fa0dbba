import { describe, expect, it } from 'vitest'
import { diagnose, FINDINGS, type FindingId } from '../src/index.js'
import { PLACES } from '../src/table/places.js'
import { exchange, HTTPS, idsOf, logOn, NOW, observed, offering } from './staged.js'

describe('diagnose', () => {
  it.each([
    ['nothing at all', []],
    ['an answer that is as it should be', [exchange({ status: 200 })]],
    ['a 401 that nobody has answered yet', [exchange({ response: offering('Negotiate', 'NTLM') })]],
    ['a whole log-on', logOn({}, { status: 200, response: {} })],
  ])('finds nothing in %s', (_case, exchanges) => {
    expect(diagnose(observed(exchanges))).toEqual([])
  })

  it('orders by likelihood, and the commonest first within one', () => {
    const exchanges = [
      exchange({ method: 'HEAD', status: 405 }),
      ...logOn({
        at: NOW + 600_000,
        answer: { domain: 'OTHER', binding: 'a1'.repeat(16), workstation: 'CI-7' },
      }),
    ]
    const certificate = { issuer: 'CN=Lab Root', binding: 'a1'.repeat(16) }
    const findings = diagnose(observed(exchanges, { origin: HTTPS.replace('web1', 'intranet'), certificate }))
    expect(findings.map(({ id, likelihood }) => `${likelihood} ${id}`)).toEqual([
      'likely wrong-credentials',
      'likely clock-skew',
      'possible domain-form',
      'possible binding-mismatch',
      'possible workstation-restricted',
      'possible head-not-served',
    ])
  })

  it('finds both in a connection that closes and a page that is refused', () => {
    const [leg, refused] = logOn()
    const exchanges = [
      { ...leg, response: { ...leg.response, connection: 'close' } },
      { ...refused, connection: 2 },
    ]
    expect(idsOf(observed(exchanges))).toEqual(['connection-not-kept', 'wrong-credentials'])
  })

  it('a wrong password at an address of loopback is that alone', () => {
    expect(idsOf(observed(logOn(), { origin: 'http://127.0.0.1:8080' }))).toEqual(['wrong-credentials'])
  })

  it.each([undefined, { program: 'curl', username: 'LAB\\alice' }])(
    'names none of our options to who asked with another client: %j',
    (client) => {
      const verified = { response: true }
      const exchanges = logOn({ answer: { workstation: 'CI-7', response: 'ntlm-v1' } })
      const said = [
        observed(exchanges, { origin: HTTPS.replace('web1', 'intranet'), client, verified }),
        observed(logOn(), { origin: HTTPS, client, verified }),
        observed([], { client, failure: { code: 'ETIMEDOUT' } }),
      ].flatMap(diagnose)
      expect(said.map(({ id }) => id)).toEqual(
        expect.arrayContaining([
          'binding-off',
          'workstation-restricted',
          'ntlmv1-only',
          'name-is-alias',
          'timeout',
        ]),
      )
      expect(said.map(({ nextStep }) => nextStep).join('\n')).not.toMatch(
        /channelBinding|\boption\b|schemes|handshakeTimeout|legacy:/,
      )
    },
  )

  it('changes nothing of what it is given, and gives the same again', () => {
    const observation = observed(logOn(), { client: { username: 'LAB\\alice' } })
    const before = structuredClone(observation)
    expect(diagnose(observation)).toEqual(diagnose(observation))
    expect(observation).toEqual(before)
  })

  it('shows nothing of the AUTHENTICATE or of an Authorization', () => {
    const exchanges = logOn({ answer: { binding: 'a1'.repeat(16) } })
    const said = JSON.stringify(diagnose(observed(exchanges, { origin: HTTPS })))
    expect(said).not.toMatch(/TlRMTVNT/)
  })
})

describe('FINDINGS', () => {
  it.each(Object.entries(FINDINGS))(
    '%s has a title, a meaning, a next step and symptoms, each in whole sentences',
    (id, entry) => {
      expect(id).toMatch(/^[a-z][a-z0-9-]*$/)
      expect(entry.title).not.toMatch(/\.$/)
      expect(entry.means).toMatch(/\.$/)
      expect(entry.nextStep).toMatch(/\.$/)
      expect(PLACES[id as FindingId].symptoms).not.toHaveLength(0)
    },
  )

  it('has all 29', () => {
    expect(Object.keys(FINDINGS)).toHaveLength(29)
  })
})
