import { describe, expect, it } from 'vitest'
import { type Origins, originPolicy } from '../../src/rules/origins.js'

const WHAT_IS_ONE =
  "An origin is a scheme, a host and perhaps a port: 'https://intranet.corp', 'https://*.corp:8443'."
const NAME_THEM =
  "Name who may get the credentials: origins: 'https://intranet.corp', a list, a predicate, or '*'."

function thrownBy(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

describe('an origin that is none is told, with the one that was meant', () => {
  it.each<[origins: unknown, seen: string, write: string]>([
    ['intranet.corp', "'intranet.corp', which is no origin: it has no scheme", 'https://intranet.corp'],
    ['intranet.corp/', "'intranet.corp/', which is no origin: it has no scheme", 'https://intranet.corp'],
    ['//a.corp', "'//a.corp', which is no origin: it has no scheme", 'https://a.corp'],
    ['https//a.corp', "'https//a.corp', which is no origin: it has no scheme", 'https://a.corp'],
    ['a.corp:8443', "'a.corp:8443', which is no origin: it has no scheme", 'https://a.corp:8443'],
    ['10.0.0.1:80', "'10.0.0.1:80', which is no origin: it has no scheme", 'http://10.0.0.1'],
    ['localhost:3000', "'localhost:3000', which is no origin: it has no scheme", 'http://localhost:3000'],
    ['[::1]:3000', "'[::1]:3000', which is no origin: it has no scheme", 'http://[::1]:3000'],
    ['intranet', "'intranet', which is no origin: it has no scheme", 'https://intranet'],
    ['*.corp', "'*.corp', which is no origin: it has no scheme", 'https://*.corp'],
    [['http://ok', 'b.corp'], "'b.corp', which is no origin: it has no scheme", 'https://b.corp'],
    ['https://a.corp/api', "'https://a.corp/api', which is no origin: it has a path", 'https://a.corp'],
    ['http://*.corp/x', "'http://*.corp/x', which is no origin: it has a path", 'http://*.corp'],
    [
      'https://a.corp:8443/x',
      "'https://a.corp:8443/x', which is no origin: it has a path",
      'https://a.corp:8443',
    ],
    [new URL('https://a.corp/x'), "'https://a.corp/x', which is no origin: it has a path", 'https://a.corp'],
    [
      'https://a.corp?t=1',
      "'https://a.corp', which is no origin: it has a query or a fragment",
      'https://a.corp',
    ],
    ['wss://a.corp', "'wss://a.corp', which is no origin: it has the scheme wss", 'https://a.corp'],
    ['ftp://a.corp', "'ftp://a.corp', which is no origin: it has the scheme ftp", 'https://a.corp'],
    ['https://me:secret@a.corp/x', 'one with an @, which is no origin: it has credentials', 'https://a.corp'],
    ['me:secret@a.corp', 'one with an @, which is no origin: it has no scheme', 'https://a.corp'],
  ])('%j', (origins, seen, write) => {
    const error = thrownBy(() => originPolicy(origins as Origins))
    expect(error).toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      message: `The origins option has ${seen}.`,
      hint: expect.stringMatching(/: write '[^']+'\.$/),
    })
    expect((error as { hint: string }).hint).toContain(`write '${write}'`)
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(() => originPolicy(write)).not.toThrow()
  })

  it.each<[what: string, origins: unknown, message: string, hint: string]>([
    ['no origins', undefined, 'The origins option is missing.', NAME_THEM],
    ['null', null, 'The origins option is missing.', NAME_THEM],
    [
      'an empty list',
      [],
      'The origins option is an empty list: nobody would get the credentials.',
      NAME_THEM,
    ],
    ['an empty string', '', 'The origins option has an empty string, which is no origin.', WHAT_IS_ONE],
    ['a number', 42, 'The origins option is a value of type number, which is no origin.', WHAT_IS_ONE],
    ['an object', {}, 'The origins option is a value of type object, which is no origin.', WHAT_IS_ONE],
    [
      'what looks like no host',
      'Tr0ub4dor!',
      'The origins option has a string, which is no origin.',
      WHAT_IS_ONE,
    ],
    [
      'a password that breaks its URL',
      'https://me:12/secret@a.corp',
      'The origins option has a string, which is no origin.',
      WHAT_IS_ONE,
    ],
    [
      'a RegExp',
      /^https:\/\/a\.corp$/g,
      'The origins option is a RegExp, which is no origin.',
      String.raw`Write 'https://*.corp' for all hosts below corp, or a function: (origin) => /^https:\/\/a\.corp$/.test(origin), anchored with ^ and $.`,
    ],
    [
      'a RegExp in a list',
      [/corp/],
      'The origins option has a RegExp, which is no origin.',
      "Write 'https://*.corp' for all hosts below corp, or a function: (origin) => /corp/.test(origin), anchored with ^ and $.",
    ],
    [
      'a function in a list',
      [() => true],
      'The origins option has a function in its list, which is no origin.',
      'Give the function alone: it is asked for every origin.',
    ],
    [
      'a list in a list',
      [['http://a']],
      'The origins option has a list in its list, which is no origin.',
      'Give one list: [...a, ...b].',
    ],
    [
      'several in a string',
      'https://a.corp, b.corp',
      'The origins option has several in one string, which is no origin.',
      "Write a list: [ 'https://a.corp', 'https://b.corp' ].",
    ],
    [
      'a star in the middle',
      'https://a.*.corp',
      'The origins option has a string, which is no origin.',
      "A star stands for subdomains: 'https://*.corp'. '*' alone is every origin.",
    ],
  ])('%s', (_what, origins, message, hint) => {
    expect(thrownBy(() => originPolicy(origins as Origins))).toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      message,
      hint,
    })
  })
})

describe('a URL object', () => {
  it('is taken for its origin, alone and in a list', () => {
    expect(originPolicy(new URL('https://Intranet.corp'))('https://intranet.corp')).toBe(true)
    expect(originPolicy(['http://a', new URL('http://b:80/')])('http://b')).toBe(true)
  })
})

describe('what was listed', () => {
  it('is told as URL.origin writes it', () => {
    const origins = ['HTTPS://A.corp:443/', 'http://*.B.corp:8080', new URL('http://c')]
    expect(originPolicy(origins).patterns).toEqual(['https://a.corp', 'http://c', 'http://*.b.corp:8080'])
  })

  it.each<[string, Origins]>([
    ['a predicate', () => true],
    ['every origin', '*'],
    ['every origin and others', ['http://a', '*']],
  ])('is absent for %s', (_what, origins) => {
    expect(originPolicy(origins).patterns).toBeUndefined()
  })
})
