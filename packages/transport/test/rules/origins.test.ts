import { describe, expect, it } from 'vitest'
import { type Origins, originPolicy } from '../../src/rules/origins.js'

describe('the origin policy', () => {
  it.each<[string, Origins, string, boolean]>([
    ['the origin itself', 'https://intranet.corp', 'https://intranet.corp', true],
    ['its default port, written out', 'https://intranet.corp:443', 'https://intranet.corp', true],
    ['any case and a final slash', 'HTTPS://Intranet.Corp/', 'https://intranet.corp', true],
    ['not another scheme', 'https://intranet.corp', 'http://intranet.corp', false],
    ['not another port', 'https://intranet.corp', 'https://intranet.corp:8443', false],
    ['not a name that ends alike', 'https://corp', 'https://evilcorp', false],
    ['a wildcard for a subdomain', 'https://*.corp', 'https://a.corp', true],
    ['a wildcard for a deep subdomain', 'https://*.corp', 'https://a.b.corp', true],
    ['a wildcard, not the domain itself', 'https://*.corp', 'https://corp', false],
    ['a wildcard, not a suffix of a label', 'https://*.corp', 'https://evilcorp', false],
    ['a wildcard, not another port', 'https://*.corp', 'https://a.corp:8443', false],
    ['a wildcard with a port', 'https://*.corp:8443', 'https://a.corp:8443', true],
    ['one of a list', ['https://a.corp', 'https://*.b.corp'], 'https://x.b.corp', true],
    ['everything', '*', 'http://anything.example', true],
    ['an IPv6 address', 'http://[::1]:8080', 'http://[::1]:8080', true],
  ])('allows %s: %j for %s', (_rule, origins, origin, allowed) => {
    expect(originPolicy(origins)(origin)).toBe(allowed)
  })

  it('asks a predicate, and takes only true for an answer', () => {
    expect(originPolicy((origin) => origin === 'http://a')('http://a')).toBe(true)
    expect(originPolicy(() => 'yes' as unknown as boolean)('http://a')).toBe(false)
  })

  it('tells its list as it was understood, and none of a predicate or of everything', () => {
    const list = ['HTTPS://Intranet.Corp:443/', 'http://*.corp:8080']
    expect(originPolicy(list).patterns).toEqual(['https://intranet.corp', 'http://*.corp:8080'])
    expect(originPolicy('*').patterns).toBeUndefined()
    expect(originPolicy(() => true).patterns).toBeUndefined()
  })

  it('tells the list that a predicate has, as long as that is now', () => {
    const known: unknown[] = ['http://a.corp']
    const policy = originPolicy(
      Object.assign((origin: string) => known.includes(origin), { patterns: known }) as Origins,
    )
    known.push('http://b.corp', /c/)
    expect(policy.patterns).toEqual(['http://a.corp', 'http://b.corp'])
  })

  it.each([
    'intranet.corp',
    'ftp://intranet.corp',
    'https://intranet.corp/path',
    'https://intranet.corp?x',
    'https://user@intranet.corp',
    'https://a.*.corp',
    'https://*',
    '',
  ])('refuses %j at construction', (origin) => {
    expect(() => originPolicy(origin)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining('no origin') }),
    )
  })

  it.each([undefined, [], null, 42])('refuses %j: nobody would get credentials', (origins) => {
    expect(() => originPolicy(origins as unknown as Origins)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: expect.stringContaining('origins option'),
      }),
    )
  })
})

it.each([['http://*.0.0.1:18080'], ['https://*.10.0.0.1'], ['https://*.[::1]']])(
  'a wildcard on an IP address is refused: %s',
  (origins) => {
    expect(() => originPolicy(origins)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: `The origins option has '${origins}': an IP address has no subdomains.`,
        hint: String.raw`List each address whole ('http://10.0.0.1'), or give a function: (origin) => /^http:\/\/10\.0\.0\.\d+$/.test(origin).`,
      }),
    )
  },
)
