// What people paste into the decoder beside tokens and fields: logs of curl, heads, HAR files, our debug output.
import { readFileSync } from 'node:fs'

const fixtures = new URL('../../packages/inspect/test/fixtures/', import.meta.url)

const curl = ['curl-logged-in.log', 'curl-wrong-password.log', 'curl-proxy.log'].map((name) =>
  readFileSync(new URL(name, fixtures), 'utf8'),
)

/** @type {string[]} the fields of the first log, which all the others are made of. */
const [authorization, challenge] = [/Authorization: (.*)/, /Authenticate: (.*)/].map(
  (pattern) => pattern.exec(curl[0])?.[1] ?? '',
)

const heads = [
  'GET /a HTTP/1.1',
  'Host: one.lab',
  `Authorization: ${authorization}`,
  '',
  'HTTP/1.1 401 Unauthorized',
  `WWW-Authenticate: ${challenge}`,
  'WWW-Authenticate: Basic realm="x"',
  'Persistent-Auth: true',
  '',
].join('\r\n')

/** A line each, so that they can be changed by lines. */
const har = JSON.stringify(
  {
    log: {
      entries: [
        {
          startedDateTime: '2026-11-28T12:00:00.000Z',
          time: 12,
          connection: '443',
          request: {
            method: 'GET',
            url: 'https://one.lab/',
            headers: [{ name: 'Authorization', value: authorization }],
          },
          response: {
            status: 401,
            statusText: 'Unauthorized',
            httpVersion: 'HTTP/1.1',
            headers: [{ name: 'WWW-Authenticate', value: challenge }],
          },
        },
      ],
    },
  },
  undefined,
  1,
)

const debug = [
  'NTLMKIT 4711: leg connection=1 leg=1 phase=negotiate method=HEAD url=http://one.lab/a status=401 scheme=ntlm request=1 flags=0xa2898205 target=LAB\\SERVER ms=4 offers=ntlm',
  'NTLMKIT 4711: leg connection=1 leg=2 phase=authenticate method=GET url=http://one.lab/a status=401 scheme=ntlm request=1 ms=7 offers=ntlm',
  'NTLMKIT 4711: refused connection=1 origin=http://one.lab request=1 code=ERR_NTLM_REJECTED phase=authenticate findings=wrong-credentials message="The server rejected." hint="Check."',
].join('\n')

/** @type {readonly Buffer[]} */
export const logs = [...curl, heads, har, debug, `${authorization}\n${challenge}\n`].map((text) =>
  Buffer.from(text),
)
