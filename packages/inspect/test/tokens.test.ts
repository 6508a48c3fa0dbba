import { decodeToken } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { TOKENS } from './fixtures.js'

describe('tokens of any origin', () => {
  it('are a hundred and more', () => {
    expect(TOKENS.length).toBeGreaterThanOrEqual(100)
  })

  it.each(TOKENS.map(({ origin, ...token }, at) => [at + 1, origin, token] as const))(
    '%i, %s',
    (_number, _origin, { kind, message, token }) => {
      const decoded = decodeToken(Buffer.from(token, 'base64'))

      expect([decoded.kind, decoded.ntlm?.type]).toEqual([kind, message])
      expect(decoded.fields.length).toBeGreaterThan(0)
    },
  )

  it.each(['recorded', 'made: ntlm_auth'])(
    '%s by programs that work: only what they do is remarked',
    (origin) => {
      const problems = TOKENS.filter((token) => token.origin.startsWith(origin)).flatMap(
        ({ token }) => decodeToken(Buffer.from(token, 'base64')).problems,
      )

      expect([...new Set(problems)].sort()).toEqual(origin === 'recorded' ? REMARKED : [])
    },
  )
})

/** curl makes no MIC, and Wget writes OEM names under the Unicode flag, with NTLMv1. */
const REMARKED = [
  'DomainName: looks like OEM text, while Unicode was announced.',
  'NtChallengeResponse: NTLMv1, which current servers refuse and anybody can crack.',
  'There is no MIC although the challenge had a timestamp: servers that insist on one refuse this.',
  'UserName: looks like OEM text, while Unicode was announced.',
]
