import { tokenBytes } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { tokenOf } from './fixtures.js'

const token = tokenOf('names in Chinese')
const base64 = token.toString('base64')

describe('a token as people copy it', () => {
  it.each([
    ['base64', base64],
    ['without padding', base64.replace(/=+$/, '')],
    ['base64url', token.toString('base64url')],
    ['hex', token.toString('hex')],
    ['hex in capitals', token.toString('hex').toUpperCase()],
    ['hex with spaces', token.toString('hex').replaceAll(/../g, '$& ')],
    ['hex with colons', token.toString('hex').match(/../g)?.join(':') ?? ''],
    ['hex with 0x', `0x${token.toString('hex')}`],
    ['bytes of a program', [...token].map((octet) => `0x${octet.toString(16).padStart(2, '0')}`).join(' ')],
    ['with its scheme', `NTLM ${base64}`],
    ['with its scheme in other letters', `negotiate  ${base64}`],
    ['with its field', `WWW-Authenticate: NTLM ${base64}`],
    ['with its field, lower case', `proxy-authorization:Negotiate ${base64}`],
    ['of a curl log', `> Authorization: NTLM ${base64}`],
    ['in quotes', `"${base64}"`],
    ['in quotes with the scheme', `'NTLM ${base64}',`],
    ['of a program', `"Authorization": "NTLM ${base64}",`],
    ['in lines', base64.replaceAll(/.{64}/g, '$&\r\n')],
    ['indented', `\t  ${base64}\n\n`],
    ['beside other offers', `NTLM ${base64}, Basic realm="x"`],
  ])('%s', (_name, text) => {
    expect(Buffer.from(tokenBytes(text) ?? []).toString('base64')).toBe(base64)
  })

  it.each(['', '   ', 'NTLM', 'hello world!', 'abcde', '4e5', 'näh', '"', 'WWW-Authenticate: NTLM'])(
    '%j is none',
    (text) => {
      expect(tokenBytes(text)).toBeUndefined()
    },
  )

  it('what is longer than any token is not looked at', () => {
    expect(tokenBytes('A'.repeat(2 ** 21))).toBeUndefined()
  })
})
