import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChallenges } from '../src/challenges.js'

const schemes = (field: string | string[]) => parseChallenges(field).map(({ scheme }) => scheme)

describe('RFC 9110 11.6.1: the challenges of a WWW-Authenticate field', () => {
  it('reads a scheme without anything', () => {
    expect(parseChallenges('NTLM')).toEqual([{ scheme: 'ntlm', parameters: {} }])
  })

  it('reads a token68 with its padding and keeps its case', () => {
    expect(parseChallenges('NTLM TlRMTVNTUAACAAAA==')).toEqual([
      { scheme: 'ntlm', token: 'TlRMTVNTUAACAAAA==', parameters: {} },
    ])
  })

  it.each(['NTLM', 'ntlm', 'NtLm'])('takes the scheme in any case: %s', (name) => {
    expect(schemes(name)).toEqual(['ntlm'])
  })

  it('reads several header lines', () => {
    expect(schemes(['Negotiate', 'NTLM', 'Basic realm="corp"'])).toEqual(['negotiate', 'ntlm', 'basic'])
  })

  it('reads one joined line, the token first', () => {
    expect(parseChallenges('NTLM TlRM/+==, Negotiate')).toMatchObject([
      { scheme: 'ntlm', token: 'TlRM/+==' },
      { scheme: 'negotiate' },
    ])
  })

  it('is not misled by commas, schemes and escaped quotes within a quoted string', () => {
    const field = 'Basic realm="a, NTLM \\"x\\" b", charset="UTF-8", NTLM'
    expect(parseChallenges(field)).toEqual([
      { scheme: 'basic', parameters: { realm: 'a, NTLM "x" b', charset: 'UTF-8' } },
      { scheme: 'ntlm', parameters: {} },
    ])
  })

  it('takes white space around the equals sign, empty list elements and tabs', () => {
    expect(parseChallenges(', ,Digest realm = "r" ,\tqop=auth , ,NTLM')).toEqual([
      { scheme: 'digest', parameters: { realm: 'r', qop: 'auth' } },
      { scheme: 'ntlm', parameters: {} },
    ])
  })

  it('goes on after what does not parse', () => {
    expect(schemes('"stray", =x, Bearer realm="open, NTLM')).toContain('bearer')
    expect(schemes('@@@, NTLM')).toEqual(['ntlm'])
  })

  it('reads an empty token as none', () => {
    expect(parseChallenges('NTLM ')).toEqual([{ scheme: 'ntlm', parameters: {} }])
  })

  it('keeps a token that is no token68, so that it can be called malformed', () => {
    expect(parseChallenges('NTLM %%not base64%% , Negotiate')).toMatchObject([
      { scheme: 'ntlm', token: '%%not base64%%' },
      { scheme: 'negotiate' },
    ])
  })

  it('takes spaces and tabs only for white space around such a token (RFC 9110 5.6.3)', () => {
    expect(parseChallenges('X \t \u00a0a=b \t, NTLM')).toMatchObject([
      { scheme: 'x', token: '\u00a0a=b' },
      { scheme: 'ntlm' },
    ])
  })

  it('finds nothing where there is no field', () => {
    expect(parseChallenges(undefined)).toEqual([])
    expect(parseChallenges('')).toEqual([])
  })

  it('does not let a parameter reach the prototype', () => {
    const [basic] = parseChallenges('Basic __proto__="x"')
    expect(Object.entries(basic.parameters)).toEqual([['__proto__', 'x']])
    expect(({} as { x?: string }).x).toBeUndefined()
  })

  it('returns for any text, in time that grows with its length only', () => {
    fc.assert(fc.property(fc.string({ maxLength: 500 }), (text) => Array.isArray(parseChallenges(text))))
    const hostile = ['a="'.repeat(20_000), '"\\'.repeat(30_000), 'A'.repeat(60_000), 'x= ,'.repeat(15_000)]
    for (const text of hostile) expect(Array.isArray(parseChallenges(text))).toBe(true)
  })

  it.each([
    ['schemes', 'a,'.repeat(130_000)],
    ['parameters', `Digest ${Array.from({ length: 40_000 }, (_, i) => `p${i}=`).join(',')}`],
    ['what is neither', '@,'.repeat(130_000)],
  ])('reads no more than 256 elements, however many %s a field has', (_name, field) => {
    const challenges = parseChallenges(field)
    const parameters = challenges.flatMap((challenge) => Object.keys(challenge.parameters))
    expect(challenges.length + parameters.length).toBeLessThanOrEqual(256)
  })

  it('counts the elements of all lines together, and those of 256 are all read', () => {
    expect(parseChallenges(Array(255).fill('Basic').concat('NTLM')).at(-1)).toMatchObject({ scheme: 'ntlm' })
    expect(schemes(Array(300).fill('Basic'))).toHaveLength(256)
    expect(schemes(['a,'.repeat(255), 'NTLM, Negotiate'])).toContain('ntlm')
    expect(schemes(['a,'.repeat(255), 'NTLM, Negotiate'])).not.toContain('negotiate')
  })

  it('finds every scheme that was written, whatever stands around it', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9+/]{1,40}={0,2}$/)
    const parameter = fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 20 }))
    const challenge = fc.record({
      scheme: fc.constantFrom('NTLM', 'Negotiate', 'Basic', 'Bearer'),
      token: fc.option(token, { nil: undefined }),
      parameters: fc.array(parameter, { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 5 }), (challenges) => {
        const line = challenges.map(write).join(', ')
        expect(parseChallenges(line)).toMatchObject(
          challenges.map(({ scheme, token }) => ({ scheme: scheme.toLowerCase(), ...(token && { token }) })),
        )
      }),
    )
  })
})

function write(challenge: { scheme: string; token?: string; parameters: [string, string][] }): string {
  if (challenge.token) return `${challenge.scheme} ${challenge.token}`
  const quoted = challenge.parameters.map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
  return `${challenge.scheme} ${quoted.join(', ')}`.trimEnd()
}
