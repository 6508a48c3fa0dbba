import { describe, expect, it } from 'vitest'
import { parseAccountName } from '../src/account-name.js'

describe('the four spellings of a user name', () => {
  it.each([
    ['DOMAIN\\user', { user: 'user', domain: 'DOMAIN' }],
    ['user@dns.domain', { user: 'user@dns.domain', domain: '' }],
    ['.\\user', { user: 'user', domain: '.' }],
    ['user', { user: 'user', domain: '' }],
    ['DOMAIN\\a\\b', { user: 'a\\b', domain: 'DOMAIN' }],
    ['DOMAIN\\user@dns.domain', { user: 'user@dns.domain', domain: 'DOMAIN' }],
  ])('%s', (username, expected) => {
    expect(parseAccountName(username)).toEqual(expected)
  })

  it('takes the domain option beside a bare name, or one that says the same', () => {
    expect(parseAccountName('user', 'LAB')).toEqual({ user: 'user', domain: 'LAB' })
    expect(parseAccountName('lab\\user', 'LAB')).toEqual({ user: 'user', domain: 'LAB' })
  })

  it.each([
    ['OTHER\\user', 'LAB'],
    ['.\\user', 'LAB'],
  ])('refuses %s with the domain option %s', (username, domain) => {
    expect(() => parseAccountName(username, domain)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: `The domain option '${domain}' contradicts the username, which names '${username.split('\\')[0]}'.`,
      }),
    )
  })

  it.each(['', 'DOMAIN\\'])('refuses the empty name %j', (username) => {
    expect(() => parseAccountName(username)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'The username is empty.' }),
    )
  })

  it.each([undefined, null, ''])('has no domain beside it where the option is %j', (domain) => {
    expect(parseAccountName('LAB\\user', domain)).toEqual({ user: 'user', domain: 'LAB' })
    expect(parseAccountName('user', domain)).toEqual({ user: 'user', domain: '' })
    expect(parseAccountName('\\user', domain)).toEqual({ user: 'user', domain: '' })
  })

  it('is the whole of a user principal name, whatever domain stands beside it', () => {
    expect(parseAccountName('user@lab.test', 'LAB')).toEqual({ user: 'user@lab.test', domain: '' })
  })
})

describe('a name whose UTF-16LE is longer than the length of its field can say is refused', () => {
  const longest = 'ä'.repeat(32767)

  it('as user name or as domain, and none that fits', () => {
    expect(parseAccountName(longest, longest)).toEqual({ user: longest, domain: longest })
    const tooLong = (name: string) =>
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: `The ${name} has 32768 characters, more than fit its field.`,
      })
    expect(() => parseAccountName(`${longest}x`)).toThrow(tooLong('username'))
    expect(() => parseAccountName('user', `${longest}x`)).toThrow(tooLong('domain'))
  })
})

const EITHER =
  "write 'DOMAIN\\\\user' in JavaScript source, DOMAIN\\user in a shell or a file, or user@dns.domain in any."

it('two backslashes, as of a string escaped twice, are refused with the right spelling', () => {
  expect(() => parseAccountName('LAB\\\\alice')).toThrow(
    expect.objectContaining({
      code: 'ERR_NTLM_CONFIG',
      message: 'The username has more than one backslash in a row between LAB and alice.',
      hint: "One is meant: write 'LAB\\\\alice' in JavaScript source, LAB\\alice in a shell or a file.",
    }),
  )
  expect(() => parseAccountName('\\\\LAB\\alice')).toThrow(
    expect.objectContaining({
      code: 'ERR_NTLM_CONFIG',
      message: 'The username has more than one backslash in a row.',
      hint: `One is meant: ${EITHER}`,
    }),
  )
})

const spelt = (why: string, user: string) =>
  `${why}: write 'LAB\\\\${user}' in JavaScript source, LAB\\${user} in a shell or a file.`

describe('a name that was meant to have a backslash is refused with the right spelling', () => {
  it.each([
    ['LAB/alice', spelt('A backslash sets off the domain', 'alice')],
    ['LAB\bob', spelt('A backslash was lost', 'bob')],
    ['LAB\tom', spelt('A backslash was lost', 'tom')],
    ['LAB\nina', spelt('A backslash was lost', 'nina')],
    ['LAB\fred', spelt('A backslash was lost', 'fred')],
    ['LAB\rita', spelt('A backslash was lost', 'rita')],
    ['LAB\vera', spelt('A backslash was lost', 'vera')],
    ['LAB\0scar', spelt('A backslash was lost', '0scar')],
    ['LAB\u0007lice', spelt('A backslash was lost', 'alice')],
    ['/alice', `A backslash sets off the domain: ${EITHER}`],
    ['LAB\u001blice', 'Give the name as Windows shows it: it has none.'],
    ['alice\n', 'Trim it: what is read from a file or a prompt ends with a line break.'],
    ['LAB\\alice\r\n', 'Trim it: what is read from a file or a prompt ends with a line break.'],
  ])('%j', (username, hint) => {
    expect(() => parseAccountName(username)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', hint }),
    )
  })

  it('shows no control character to a terminal', () => {
    expect(() => parseAccountName('LAB\bob\u001b')).toThrow("'LAB\\u0008ob\\u001b'")
  })

  it('in the domain option too', () => {
    expect(() => parseAccountName('alice', 'L\tAB')).toThrow(
      expect.objectContaining({
        message: "The domain has a control character: 'L\\u0009AB'.",
        hint: 'Give the name as Windows shows it: it has none.',
      }),
    )
  })
})
