import { describe, expect, it } from 'vitest'
import { type Answering, answered, answering, challengedAgain, closeAfterEach } from './answering.js'
import { ALICE, endAfterEach, ntlmkit } from './child.js'

endAfterEach()
closeAfterEach()

type Scheme = 'NTLM' | 'Negotiate'

const closing: Answering = ({ socket }) => void socket.destroy()

/** How a server may treat an AUTHENTICATE, each with the exit code and the report's code. */
const TREATMENTS: Record<string, [(scheme: Scheme) => Answering, number, string | undefined]> = {
  'closes the connection': [() => closing, 5, 'ERR_NTLM_CONNECTION_CLOSED'],
  'ends the connection': [
    () =>
      ({ socket }) =>
        void socket.end(),
    5,
    'ERR_NTLM_CONNECTION_CLOSED',
  ],
  'answers 401': [(scheme) => answered(401, { 'WWW-Authenticate': scheme }), 2, 'ERR_NTLM_REJECTED'],
  'answers 401 and closes': [
    (scheme) => answered(401, { 'WWW-Authenticate': scheme, Connection: 'close' }),
    2,
    'ERR_NTLM_REJECTED',
  ],
  'answers with another challenge': [challengedAgain, 2, 'ERR_NTLM_REJECTED'],
  'answers 500': [() => answered(500), 6, 'no-verdict'],
  'answers 503 and closes': [() => answered(503, { Connection: 'close' }), 6, 'no-verdict'],
  'answers 302': [() => answered(302, { Location: '/elsewhere' }), 0, undefined],
  'answers 307 to itself': [() => answered(307, { Location: '/page', Connection: 'close' }), 0, undefined],
  'answers 407': [() => answered(407, { 'Proxy-Authenticate': 'NTLM' }), 3, 'ERR_NTLM_PROXY'],
  'does not answer': [() => () => {}, 4, 'no-answer'],
}

const CASES = Object.entries(TREATMENTS).flatMap(([name, treatment]) => [
  [name, 'NTLM', 'http', ...treatment] as const,
  [name, 'NTLM', 'https', ...treatment] as const,
  [name, 'Negotiate', 'http', ...treatment] as const,
  [name, 'Negotiate', 'https', ...treatment] as const,
])

describe('the one log-on of a probe', () => {
  it.each(CASES)(
    'is one where the server %s, of %s over %s',
    async (_name, scheme, protocol, answer, exitCode, error) => {
      const server = await answering(scheme, answer(scheme), protocol === 'https')
      const { code, stdout } = await ntlmkit(['probe', server.url, '-k', '--json', '--timeout', '1'], {
        env: ALICE,
      })
      expect(server.messages).toEqual([0, 1, 0, 1, 3])
      expect({ code, error: JSON.parse(stdout).logOn.error?.code }).toEqual({ code: exitCode, error })
    },
    20_000,
  )

  it('says that the connection closed on the AUTHENTICATE, and that no second was sent', async () => {
    const server = await answering('NTLM', closing)
    const { stdout } = await ntlmkit(['probe', server.url, '--json'], { env: ALICE })
    const { logOn, findings } = JSON.parse(stdout)
    expect(logOn.error.message).toBe(
      `${new URL(server.url).origin} gave no answer to the AUTHENTICATE, and no second one was sent. (ERR_NTLM_CONNECTION_CLOSED)`,
    )
    expect(findings).toMatchObject([{ id: 'closed-between-legs' }])
  })
})

describe('what a probe says of the answer to its AUTHENTICATE', () => {
  it.each<[string, Answering, number, RegExp, string[]]>([
    ['200', answered(200), 0, /LAB\\alice is let in: 200/, []],
    ['302 to another page', answered(302, { Location: '/home' }), 0, /is let in: 302/, []],
    ['404', answered(404), 6, /is let in: 404/, []],
    ['403', answered(403), 6, /is logged on, and may not have this page: 403/, ['missing-rights']],
    [
      '302 to a log-on page',
      answered(302, { Location: '/_login/default.aspx' }),
      2,
      /It is not let in: 302, and a page to log on at\./,
      ['login-page'],
    ],
    [
      '403 for a form',
      answered(403, { 'X-FORMS_BASED_AUTH_REQUIRED': 'https://x/_login/' }),
      2,
      /It is not let in: 403, and a page to log on at\./,
      ['login-page'],
    ],
    [
      '407',
      answered(407, { 'Proxy-Authenticate': 'Basic realm="x"' }),
      5,
      /A proxy answered in the place of the server, with 407\./,
      ['proxy-asks'],
    ],
    ['500', answered(500), 6, /was answered 500, which says neither yes nor no\./, []],
  ])('%s', async (_name, answer, exitCode, told, ids) => {
    const server = await answering('NTLM', answer)
    const [table, json] = await Promise.all([
      ntlmkit(['probe', server.url], { env: ALICE }),
      ntlmkit(['probe', server.url, '--json'], { env: ALICE }),
    ])
    expect([table.code, json.code]).toEqual([exitCode, exitCode])
    expect(table.stdout.replaceAll(/\s+/g, ' ')).toMatch(told)
    expect(JSON.parse(json.stdout).findings.map(({ id }: { id: string }) => id)).toEqual(ids)
  })
})
