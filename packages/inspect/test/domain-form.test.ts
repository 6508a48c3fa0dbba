import { describe, expect, it } from 'vitest'
import type { SeenClient } from '../src/observation.js'
import { findingOf, idsOf, LAB, logOn, type Names, observed } from './staged.js'

/** A refused log-on of a name as it was written. */
function refused(username: string, sent: Pick<SeenClient, 'domain' | 'user'>, names: Names = LAB) {
  return observed(logOn({ names }), { client: { username, ...sent } })
}

describe('domain-form', () => {
  it.each([
    ['LAB/alice', 'likely', /slash/, "Write 'LAB\\\\alice'"],
    ['LABalice', 'likely', /begins with the server's domain LAB/, "Write 'LAB\\\\alice'"],
    ['LAB\bob', 'likely', /control character/, 'two backslashes'],
    ['alice', 'possible', /no domain/, "Try 'LAB\\\\alice'"],
  ])('is shown by %j: %s', (username, likelihood, evidence, nextStep) => {
    expect(findingOf(refused(username, { domain: '', user: username }), 'domain-form')).toMatchObject({
      likelihood,
      evidence: expect.stringMatching(evidence),
      nextStep: expect.stringContaining(nextStep),
    })
  })

  it('is possible for a domain that the CHALLENGE does not name, which may be a trusted one', () => {
    const seen = refused('OTHER\\alice', { domain: 'OTHER', user: 'alice' })
    expect(findingOf(seen, 'domain-form')).toMatchObject({
      likelihood: 'possible',
      evidence: 'The domain OTHER was sent, and the server names LAB, lab.test, WEB1.',
      nextStep: expect.stringMatching(/server trusts may be right too/),
    })
  })

  it('is likely for any domain where the server stands alone', () => {
    const names = { netbiosDomain: 'NAS', netbiosComputer: 'NAS' }
    const seen = refused('LAB\\alice', { domain: 'LAB', user: 'alice' }, names)
    expect(findingOf(seen, 'domain-form')).toMatchObject({ likelihood: 'likely' })
  })

  it.each([
    ['of another suffix', LAB, 'alice@corp.example'],
    [
      'where the server has NetBIOS names only',
      { netbiosDomain: 'LAB', netbiosComputer: 'WEB1' },
      'alice@lab.test',
    ],
  ])('is possible for user@suffix %s, which servers may know all the same', (_case, names, username) => {
    expect(findingOf(refused(username, { domain: '', user: username }, names), 'domain-form')).toMatchObject({
      likelihood: 'possible',
      nextStep: expect.stringContaining("Try 'LAB\\\\alice'"),
    })
  })

  it('is told from the AUTHENTICATE where nothing is known of options', () => {
    expect(findingOf(observed(logOn({ answer: { domain: 'OTHER' } })), 'domain-form')).toMatchObject({
      evidence: expect.stringMatching(/OTHER/),
    })
  })

  it.each([
    ['a UPN whose suffix is the DNS domain of the CHALLENGE', 'alice@lab.test', '', 'alice@lab.test'],
    ['a UPN of the forest that the domain is in', 'alice@test', '', 'alice@test'],
    ['the NetBIOS domain, in any case', 'lab\\alice', 'lab', 'alice'],
    ['the DNS domain', 'lab.test\\alice', 'lab.test', 'alice'],
    ['the computer itself', 'WEB1\\alice', 'WEB1', 'alice'],
    ['the machine that is asked, whatever its name', '.\\alice', '.', 'alice'],
  ])('is not shown by %s', (_case, username, domain, user) => {
    expect(idsOf(refused(username, { domain, user }))).not.toContain('domain-form')
  })

  it('is not shown where the log-on was let in, however the name was written', () => {
    const seen = observed(logOn({}, { status: 200 }), { client: { username: 'LAB/alice' } })
    expect(idsOf(seen)).not.toContain('domain-form')
  })

  it('is not shown where the server took the name earlier', () => {
    const client = { username: 'OTHER\\alice', domain: 'OTHER', user: 'alice' }
    expect(idsOf(observed(logOn(), { client, acceptedBefore: true }))).not.toContain('domain-form')
  })
})
