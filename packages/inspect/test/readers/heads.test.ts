import { readInput } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { tokenOf } from '../fixtures.js'

const negotiate = tokenOf('NEGOTIATE 0xa2088207').toString('base64')
const challenge = tokenOf('CHALLENGE 0xa2898205').toString('base64')
const spnego = tokenOf('recorded: curl 7.88.1 --negotiate', 'challenge').toString('base64')

describe('header lines', () => {
  it.each([
    [`WWW-Authenticate: NTLM ${challenge}`, 'response', 'WWW-Authenticate', 'NTLM CHALLENGE'],
    [
      `www-authenticate: Negotiate ${spnego}`,
      'response',
      'www-authenticate',
      'NTLM CHALLENGE in a SPNEGO NegTokenResp',
    ],
    [
      `  "Authorization": NTLM ${negotiate}`.replaceAll('"', ''),
      'request',
      'Authorization',
      'NTLM NEGOTIATE',
    ],
    [
      `Proxy-Authorization: NTLM ${negotiate.slice(0, 20)}\r\n  ${negotiate.slice(20)}`,
      'request',
      'Proxy-Authorization',
      'NTLM NEGOTIATE',
    ],
  ])('%s alone', (text, direction, label, title) => {
    const { kind, conversations, problems } = readInput(text)

    expect([kind, problems]).toEqual(['header', []])
    expect(conversations.flatMap(({ steps }) => steps)).toMatchObject([
      { direction, label, token: { title } },
    ])
  })

  it('several of them are the legs of one conversation', () => {
    const { conversations } = readInput(
      [
        `Authorization: NTLM ${negotiate}`,
        'WWW-Authenticate: Negotiate',
        `WWW-Authenticate: NTLM ${challenge}`,
      ].join('\n'),
    )

    expect(conversations).toHaveLength(1)
    expect(conversations[0].steps.map(({ token }) => token?.title)).toEqual([
      'NTLM NEGOTIATE',
      undefined,
      'NTLM CHALLENGE',
    ])
  })

  it('heads of requests and answers, with bodies between them', () => {
    const { conversations, problems } = readInput(
      `GET /a HTTP/1.1\r\nHost: one.lab\r\nAuthorization: NTLM ${negotiate}\r\n\r\nHTTP/1.1 401 Unauthorized\r\n` +
        `Strict-Transport-Security: max-age=1\r\nWWW-Authenticate: NTLM ${challenge}\r\n\r\n<p>Name: x</p>\r\n\r\n` +
        'POST https://two.lab/b HTTP/1.1\r\nHost: two.lab\r\n\r\n{"a":1}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    )

    expect(conversations.map(({ observation: { origin, exchanges } }) => [origin, exchanges.length])).toEqual(
      [
        ['https://one.lab', 1],
        ['https://two.lab', 1],
      ],
    )
    expect(conversations[0].observation.exchanges).toMatchObject([{ method: 'GET', url: '/a', status: 401 }])
    expect(problems).toEqual([])
  })

  it('what a head does not say is assumed, and said', () => {
    const { conversations, problems } = readInput(
      `GET / HTTP/1.1\nHost: one.lab\nAuthorization: NTLM ${negotiate}\n`,
    )

    expect(conversations[0]?.observation.origin).toBe('http://one.lab')
    expect(problems).toEqual(['A head does not say whether it went over http or https: http is assumed.'])
  })

  it('without a token that is said', () => {
    expect(readInput('HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm="x"\n').problems).toEqual([
      'There is no token in it.',
    ])
  })
})
