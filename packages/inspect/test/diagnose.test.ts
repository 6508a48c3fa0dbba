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
      'possible legs-spread',
      'possible workstation-restricted',
      'possible name-is-alias',
      'possible head-not-served',
    ])
  })

  it('finds both in a connection that closes and a page that is refused', () => {
    const [leg, refused] = logOn()
    const exchanges = [{ ...leg, response: { ...leg.response, connection: 'close' } }, refused]
    expect(idsOf(observed(exchanges))).toEqual([
      'connection-not-kept',
      'wrong-credentials',
      'legs-spread',
      'binding-needs-tls',
    ])
  })

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
