import { NtlmError } from '@ntlmkit/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { CredentialStanding } from '../../src/rules/credential-standing.js'
import { nextInOrder } from '../../src/rules/outgoing-request.js'

const MINUTE = 60_000
const no = new NtlmError('ERR_NTLM_REJECTED', 'no', { hint: '' })
let now: number
let standing: CredentialStanding

/** As a request sees it that begins now. */
const rejectionFor = (path: string, order = nextInOrder()) => standing.rejectionFor(path, order)
beforeEach(() => {
  now = 1000
  standing = new CredentialStanding(() => now)
})

describe('a credential that was never accepted', () => {
  it('is rejected by a 401, and not tried again at that path for a minute', () => {
    expect(standing.refused('/a', no)).toBe(true)
    expect(rejectionFor('/a')).toMatchObject({ error: no, path: '/a', since: 1000, until: 1000 + MINUTE })
    now += MINUTE
    expect(rejectionFor('/a')).toBeUndefined()
  })

  it('is tried at a second path once, as missing rights look like a rejection', () => {
    standing.refused('/a', no)
    expect(rejectionFor('/b')).toBeUndefined()
    standing.refused('/b', no)
    expect([rejectionFor('/b'), rejectionFor('/c')]).toMatchObject([{ error: no }, { error: no }])
  })

  it('is not tried at one by a request that was under way when it was rejected', () => {
    const before = nextInOrder()
    standing.refused('/a', no)
    expect([rejectionFor('/b', before), rejectionFor('/b')]).toMatchObject([{ error: no }, undefined])
  })

  it('does not cool down for longer because of that second path', () => {
    standing.refused('/a', no)
    now += MINUTE - 1
    standing.refused('/b', no)
    now += 1
    expect(rejectionFor('/a')).toBeUndefined()
  })

  it('cools down for 1, 5, then 15 minutes', () => {
    const lengths = [1, 2, 3, 4].map(() => {
      standing.refused('/a', no)
      const { since, until } = standing.rejection!
      now = until
      return (until - since) / MINUTE
    })
    expect(lengths).toEqual([1, 5, 15, 15])
  })

  it('has two log-ons again after a cool-down', () => {
    standing.refused('/a', no)
    standing.refused('/b', no)
    now += MINUTE
    standing.refused('/a', no)
    expect(rejectionFor('/b')).toBeUndefined()
  })

  it('is rejected by a second connection that closed on it', () => {
    expect([standing.lost('/a', no), standing.rejection]).toEqual([false, undefined])
    expect(standing.lost('/a', no)).toBe(true)
    expect(rejectionFor('/other')).toMatchObject({ error: no })
  })

  it('has used one of its two log-ons where an answer was unclear: a 503 in between', () => {
    standing.unclear()
    expect(standing.rejection).toBeUndefined()
    standing.refused('/a', no)
    expect(rejectionFor('/second')).toMatchObject({ error: no })
  })
})

describe('a credential that was accepted', () => {
  beforeEach(() => standing.proven('/home'))

  it('is proven, and freshly so for five seconds', () => {
    now += 4999
    expect([standing.isProven, standing.isFreshlyProven]).toEqual([true, true])
    now += 1
    expect([standing.isProven, standing.isFreshlyProven]).toEqual([true, false])
  })

  it('is only doubted by a 401: it may lack a right, and is tried where it was accepted', () => {
    expect(standing.refused('/forbidden', no)).toBe(false)
    expect([standing.isFreshlyProven, standing.proofPath]).toEqual([false, '/home'])
    expect(rejectionFor('/forbidden')).toBeUndefined()
  })

  it('is rejected by a second 401', () => {
    standing.refused('/forbidden', no)
    expect(standing.refused('/home', no)).toBe(true)
    expect([standing.isProven, standing.proofPath]).toEqual([false, undefined])
    expect(rejectionFor('/third')).toMatchObject({ error: no })
  })

  it('is not rejected by those that went side by side with the one that raised the doubt', () => {
    const verdicts = ['/a', '/b', '/c'].map((path) => standing.refused(path, no, true))
    expect([verdicts, standing.rejection]).toEqual([[false, false, false], undefined])
    expect(standing.refused('/home', no)).toBe(true)
  })

  it('is doubted by a close on it, and rejected by the next that goes alone', () => {
    expect(standing.lost('/a', no, true)).toBe(false)
    expect([standing.isFreshlyProven, standing.lost('/a', no, true)]).toEqual([false, false])
    expect(standing.lost('/a', no)).toBe(true)
  })

  it('is out of doubt by another proof', () => {
    standing.refused('/forbidden', no)
    standing.proven(undefined)
    expect([standing.isFreshlyProven, standing.proofPath]).toEqual([true, undefined])
    expect(standing.refused('/forbidden', no)).toBe(false)
    expect(standing.proofPath).toBe('/home')
  })

  it('begins its cool-downs anew', () => {
    standing.refused('/home', no)
    standing.refused('/home', no)
    now += MINUTE
    standing.proven('/home')
    standing.refused('/home', no)
    standing.refused('/home', no)
    expect(standing.rejection!.until - now).toBe(MINUTE)
  })

  it('without a path that would ask for it is tried by the next request itself', () => {
    const elsewhere = new CredentialStanding(() => now)
    elsewhere.proven(undefined)
    expect([elsewhere.refused('/forbidden', no), elsewhere.proofPath]).toEqual([false, undefined])
    expect(elsewhere.refused('/forbidden', no)).toBe(true)
  })

  it('is counted no failure for an unclear answer while the proof is fresh', () => {
    standing.unclear()
    standing.unclear()
    expect(standing.rejection).toBeUndefined()
    standing.refused('/home', no)
    expect(standing.isProven).toBe(true)
  })
})
