import { type Reading, readInput } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { textOf, tokenOf } from '../fixtures.js'

const challenge = tokenOf('CHALLENGE 0xa2898205').toString('base64')
const negotiate = tokenOf('NEGOTIATE 0xa2088207').toString('base64')

describe('a log of curl -v', () => {
  it('of a log-on: the legs, their tokens and their connection', () => {
    const { kind, problems, conversations } = readInput(textOf('curl-logged-in.log'))

    expect([kind, problems]).toEqual(['curl', []])
    expect(conversations.map(({ observation }) => observation.origin)).toEqual(['http://127.0.0.1:39639'])
    expect(stepsOf({ kind, problems, conversations })).toEqual([
      'request 1 GET http://127.0.0.1:39639/ Authorization NTLM NEGOTIATE',
      'response 1 401 Unauthorized WWW-Authenticate NTLM CHALLENGE',
      'request 1 GET http://127.0.0.1:39639/ Authorization NTLM AUTHENTICATE',
      'response 1 200 OK',
    ])
    expect(conversations[0].observation.client).toEqual({ program: 'curl', username: 'LAB\\alice' })
  })

  it('of a wrong password: what curl says in between is no field', () => {
    const [{ observation }] = readInput(textOf('curl-wrong-password.log')).conversations

    expect(observation.exchanges.map(({ status }) => status)).toEqual([401, 401])
    expect(observation.exchanges[1]?.response?.['www-authenticate']).toBe('NTLM')
    expect(observation.exchanges[1]?.httpVersion).toBe('1.1')
  })

  it('through a proxy: the tunnel and what is behind it are one conversation, over https', () => {
    const reading = readInput(textOf('curl-proxy.log'))

    expect(stepsOf(reading)).toEqual([
      'request 1 CONNECT intranet.lab.test:37227 Proxy-Authorization NTLM NEGOTIATE',
      'response 1 407 Proxy Authentication Required Proxy-Authenticate NTLM CHALLENGE',
      'request 1 CONNECT intranet.lab.test:37227 Proxy-Authorization NTLM AUTHENTICATE',
      'response 1 200 Connection established',
      'request 1 GET https://intranet.lab.test:37227/ Authorization NTLM NEGOTIATE',
      'response 1 401 Unauthorized WWW-Authenticate NTLM CHALLENGE',
      'request 1 GET https://intranet.lab.test:37227/ Authorization NTLM AUTHENTICATE',
      'response 1 200 OK',
    ])
    expect(reading.conversations[0]?.observation.certificate).toEqual({
      subject: 'O=Lab; CN=intranet.lab.test',
      issuer: 'O=Lab; CN=intranet.lab.test',
    })
  })

  it('of curl 8: connections have no numbers', () => {
    const reading = readInput(
      `
* Established connection to one.lab (10.0.0.1 port 443) from 10.0.0.9 port 50000
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / x25519 / RSASSA-PSS
> GET / HTTP/1.1
> Host: one.lab
> Authorization: NTLM ${negotiate}
>
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: NTLM ${challenge}
<
* Connection #0 to host one.lab:443 left intact
* Established connection to two.lab (10.0.0.2 port 80) from 10.0.0.9 port 50001
> GET / HTTP/1.1
> Host: two.lab
>
< HTTP/1.1 200 OK
<
* Connection #1 to host two.lab:80 left intact
* Reusing existing https: connection with host one.lab
> GET / HTTP/1.1
> Host: one.lab
> Authorization: NTLM ${negotiate}
>
* Empty reply from server
curl: (52) Empty reply from server
`,
    )

    expect(reading.conversations.map(({ observation }) => observation.origin)).toEqual([
      'https://one.lab',
      'http://two.lab',
    ])
    expect(reading.conversations[0]?.observation).toMatchObject({
      exchanges: [
        { connection: 1, status: 401 },
        { connection: 1, closed: true },
      ],
      failure: { code: 'ECONNRESET' },
    })
    expect(reading.conversations[1]?.observation.exchanges[0]?.connection).toBe(2)
  })

  it('of curl before 7.70: a request has a mark on its first line alone, a connection its number again', () => {
    const reading = readInput(
      `* Connected to desktop.lab (192.168.100.183) port 8080 (#0)
> GET /info HTTP/1.1
Host: desktop.lab:8080
Authorization: NTLM ${negotiate}

< HTTP/1.1 401
< WWW-Authenticate: NTLM ${challenge}
<
* Re-using existing connection! (#0) with host desktop.lab
* Connected to desktop.lab (192.168.100.183) port 8080 (#0)
> GET /info HTTP/1.1
Host: desktop.lab:8080

< HTTP/1.1 100 Continue
< HTTP/1.1 401 Unauthorized
< Connection: close
* Closing connection 0
`,
    )

    expect(stepsOf(reading)).toEqual([
      'request 1 GET http://desktop.lab:8080/info Authorization NTLM NEGOTIATE',
      'response 1 401 WWW-Authenticate NTLM CHALLENGE',
      'request 1 GET http://desktop.lab:8080/info',
      'response 1 401 Unauthorized',
    ])
    expect(reading.conversations[0]?.observation.exchanges[1]?.closed).toBe(true)
  })

  it('of git, with GIT_TRACE_CURL', () => {
    const reading = readInput(
      `12:14:53.610012 http.c:756              == Info: Connected to tfs.lab (10.0.0.1) port 8080 (#0)
12:14:53.612345 http.c:703              => Send header: GET /tfs/_git/x/info/refs HTTP/1.1
12:14:53.612350 http.c:703              => Send header: Host: tfs.lab:8080
12:14:53.612355 http.c:703              => Send header: Authorization: NTLM ${negotiate}
12:14:53.712345 http.c:703              <= Recv header: HTTP/1.1 401 Unauthorized
12:14:53.712350 http.c:703              <= Recv header: WWW-Authenticate: NTLM ${challenge}
`,
    )

    expect([reading.kind, ...stepsOf(reading)]).toEqual([
      'curl',
      'request 1 GET http://tfs.lab:8080/tfs/_git/x/info/refs Authorization NTLM NEGOTIATE',
      'response 1 401 Unauthorized WWW-Authenticate NTLM CHALLENGE',
    ])
  })

  it('of a time-out', () => {
    const [{ observation }] = readInput(
      `* Connected to slow.lab (10.0.0.1) port 80 (#0)
> GET / HTTP/1.1
> Host: slow.lab
>
curl: (28) Operation timed out after 5000 milliseconds with 0 bytes received
`,
    ).conversations

    expect(observation.failure).toEqual({ code: 'ETIMEDOUT', after: 5000 })
  })
})

function stepsOf({ conversations }: Reading): string[] {
  return conversations.flatMap(({ steps }) =>
    steps.map(({ direction, connection, label, field, token }) =>
      [direction, connection, label, field, token?.title].filter((part) => part !== undefined).join(' '),
    ),
  )
}
