import { describe, expect, it } from 'vitest'
import type { ResponseHead } from '../../src/rules/answer.js'
import { leftAlone } from '../../src/rules/left-alone.js'
import { resolveOptions } from '../../src/rules/options.js'

const ORIGIN = 'http://intranet.corp'
const OPTIONS = resolveOptions({
  username: 'LAB\\alice',
  password: 'Passw0rd!',
  origins: 'https://intranet.corp',
})
const NOT_LISTED = { origin: ORIGIN, why: 'origin-not-listed' } as const

function asks(offers: string | string[], status = 401): ResponseHead {
  const field = status === 407 ? 'proxy-authenticate' : 'www-authenticate'
  return { status, headers: { [field]: offers } }
}

describe('a request that was left alone', () => {
  it('is explained where NTLM or Negotiate is offered, with all that is', () => {
    const error = leftAlone(NOT_LISTED, asks(['Negotiate', 'Basic realm="x"', 'x-\u0007own']), OPTIONS)
    expect(error).toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      phase: undefined,
      hint: `Add '${ORIGIN}' to origins, if it may have the credentials, or ask for https://intranet.corp instead.`,
      findings: [{ id: 'origin-not-listed', likelihood: 'certain' }],
    })
    expect(error!.message).toMatch(/^http:\/\/intranet\.corp offers Negotiate, Basic, .*its scheme is https/)
  })

  it.each([
    ['a success', { status: 200, headers: { 'www-authenticate': 'NTLM' } }],
    ['a 403', { status: 403, headers: { 'www-authenticate': 'NTLM' } }],
    ['a 401 without an offer', { status: 401, headers: {} }],
    ['a 401 that offers others only', asks('Basic realm="NTLM", Bearer')],
    ['a 407 that offers to the wrong asker', { status: 407, headers: { 'www-authenticate': 'NTLM' } }],
    ['a CHALLENGE of somebody else’s handshake', asks('NTLM TlRMTVNTUAACAAAA')],
  ])('is not, where the answer is %s', (_, head) => {
    expect(leftAlone(NOT_LISTED, head, OPTIONS)).toBeUndefined()
  })

  it('is the affair of a proxy where that asks, whatever was left alone', () => {
    expect(leftAlone(NOT_LISTED, asks('NTLM', 407), OPTIONS)).toMatchObject({
      code: 'ERR_NTLM_PROXY',
      message: expect.stringMatching(/^A proxy before http:\/\/intranet\.corp offers NTLM/),
      findings: [{ id: 'proxy-asks' }],
    })
  })

  it('shows the scheme of its own Authorization and nothing behind it', () => {
    const request = { origin: ORIGIN, why: 'own-authorization', authorization: 'Bearer c2VjcmV0' } as const
    const error = leftAlone(request, asks('NTLM'), OPTIONS)
    expect(error!.message).toContain('(Bearer)')
    expect(JSON.stringify(error)).not.toContain('c2VjcmV0')
  })
})
