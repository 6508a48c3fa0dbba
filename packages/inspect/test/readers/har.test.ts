import { readInput } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { tokenOf } from '../fixtures.js'

const authenticate = `NTLM ${tokenOf('AUTHENTICATE with binding and SPN').toString('base64')}`
const challenge = `NTLM ${tokenOf('CHALLENGE 0xa2898205').toString('base64')}`

describe('a HAR file', () => {
  it('of several origins is as many conversations, with connections and times', () => {
    const { kind, conversations, problems } = readInput(
      har(
        entry('https://one.lab/a', 401, { connection: '443', answer: { 'WWW-Authenticate': challenge } }),
        entry('https://two.lab/', 401, { connection: '51000', answer: { 'WWW-Authenticate': 'NTLM' } }),
        entry('https://one.lab/a', 200, { connection: '443', request: { Authorization: authenticate } }),
      ),
    )

    expect([kind, problems]).toEqual(['har', []])
    expect(conversations.map(({ observation }) => observation.origin)).toEqual([
      'https://one.lab',
      'https://two.lab',
    ])
    expect(conversations[0].observation.exchanges).toMatchObject([
      { connection: 1, status: 401, httpVersion: '1.1', sentAt: AT, answeredAt: AT + 12.5 },
      { connection: 1, status: 200, url: 'https://one.lab/a' },
    ])
    expect(conversations[1].observation.exchanges[0]?.connection).toBe(2)
    expect(conversations[0].steps.map(({ label, token }) => [label, token?.title])).toEqual([
      ['GET https://one.lab/a', undefined],
      ['401 Unauthorized', 'NTLM CHALLENGE'],
      ['GET https://one.lab/a', 'NTLM AUTHENTICATE'],
      ['200 OK', undefined],
    ])
  })

  it.each([
    ['h2', '2'],
    ['HTTP/2', '2'],
    ['http/2.0', '2'],
    ['h3', '3'],
    ['HTTP/1.0', '1.0'],
    ['unknown', undefined],
  ])('the version %s is %s', (httpVersion, version) => {
    const [{ observation }] = readInput(har(entry('https://one.lab/', 401, { httpVersion }))).conversations

    expect(observation.exchanges[0]?.httpVersion).toBe(version)
  })

  it('origins where nobody asked for a log-on are left out, and that is said', () => {
    const { conversations, problems } = readInput(
      har(
        entry('https://cdn.lab/', 200),
        entry('https://one.lab/', 401, { request: { Authorization: authenticate } }),
      ),
    )

    expect(conversations.map(({ observation }) => observation.origin)).toEqual(['https://one.lab'])
    expect(problems).toContain('1 other origins, where nobody asked for a log-on, are left out.')
  })

  it('what a browser left out is said', () => {
    const { problems } = readInput(
      har(entry('https://one.lab/', 401, { answer: { 'WWW-Authenticate': 'Negotiate\nNTLM' } })),
    )

    expect(problems).toEqual([
      'The file has no Authorization fields: browsers leave them out unless it is exported with sensitive data.',
      'There is no token in it.',
    ])
  })

  it('cookies and the credentials of other schemes do not come out again', () => {
    const reading = readInput(
      har(
        entry('https://one.lab/', 401, {
          request: { Cookie: 'session=SECRET', Authorization: 'Basic U0VDUkVU' },
          answer: { 'Set-Cookie': 'session=SECRET', 'WWW-Authenticate': 'NTLM' },
        }),
      ),
    )

    expect(JSON.stringify(reading)).not.toMatch(/SECRET|U0VDUkVU/)
    expect(reading.conversations[0]?.observation.exchanges[0]?.request.authorization).toBe('Basic')
  })

  it('an answer that never came', () => {
    const [{ observation }] = readInput(
      har(
        entry('https://one.lab/', 0, {
          request: { Authorization: authenticate },
          _error: 'net::ERR_CONNECTION_RESET',
        }),
      ),
    ).conversations

    expect(observation.exchanges).toMatchObject([{ closed: true }])
    expect(observation.exchanges[0]?.status).toBeUndefined()
  })

  it.each([
    ['{"a": 1}', /^This is JSON without log\.entries/],
    ['{"log": {"entries": [', /^This begins as JSON does and is not JSON/],
    ['[1, 2]', /^This is JSON without log\.entries/],
  ])('%s is none', (text, problem) => {
    expect(readInput(text)).toEqual({
      kind: 'unknown',
      conversations: [],
      problems: [expect.stringMatching(problem)],
    })
  })

  it.each([
    null,
    7,
    'x',
    {},
    { request: null },
    { request: { url: 'about:blank' } },
    { request: { url: 'https://' } },
  ])('an entry %j is none', (entry) => {
    const { conversations, problems } = readInput(har(entry))

    expect(conversations).toEqual([])
    expect(problems).toContain('1 entries are no requests of http or https.')
  })
})

const AT = Date.UTC(2026, 10, 28, 12)
const WORDS: Record<number, string> = { 200: 'OK', 401: 'Unauthorized' }

interface Parts {
  connection?: string
  httpVersion?: string
  request?: Record<string, string>
  answer?: Record<string, string>
  _error?: string
}

function entry(url: string, status: number, { connection, request = {}, answer = {}, ...more }: Parts = {}) {
  const { httpVersion = 'HTTP/1.1', _error } = more
  return {
    startedDateTime: new Date(AT).toISOString(),
    time: 12.5,
    connection,
    request: { method: 'GET', url, headers: fields(request) },
    response: { status, statusText: WORDS[status] ?? '', httpVersion, headers: fields(answer), _error },
  }
}

function fields(values: Record<string, string>) {
  return Object.entries(values).map(([name, value]) => ({ name, value }))
}

function har(...entries: unknown[]): string {
  return `\uFEFF${JSON.stringify({ log: { version: '1.2', entries } })}`
}
