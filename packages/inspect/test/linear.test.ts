import { diagnose, readInput } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { exchange, negotiate, observed } from './staged.js'

const repeated = (size: number, line: (at: number) => string) =>
  Array.from({ length: size }, (_, at) => line(at)).join('\n')

const entries = (size: number) =>
  Array.from({ length: size }, (_, at) => ({
    connection: `c${at}`,
    request: {
      method: 'GET',
      url: 'http://one.lab/',
      headers: [{ name: 'Authorization', value: 'NTLM' }],
    },
    response: {
      status: 401,
      headers: [{ name: 'WWW-Authenticate', value: 'NTLM' }],
    },
  }))

const CASES: [of: string, size: number, run: (size: number) => () => unknown][] = [
  ...['=', '"', 'x', ' a =', ','].map((end): (typeof CASES)[number] => [
    `spaces before ${end} in a challenge`,
    10_000,
    (size) => {
      const response = { 'www-authenticate': `NTLM${' '.repeat(size)}${end}` }
      return () => diagnose(observed([exchange({ response })]))
    },
  ]),
  ...['* Connected to h (127.0.0.1) port 80', '* Re-using existing connection with host h'].map(
    (line): (typeof CASES)[number] => [
      line,
      6_000,
      (size) => {
        const text = `${repeated(size, () => line)}\n> GET / HTTP/1.1\n> Host: h\n< HTTP/1.1 401 x\n`
        return () => readInput(text)
      },
    ],
  ),
  [
    'requests of a curl log, on a connection each',
    1_000,
    (size) => {
      const text = repeated(
        size,
        (at) =>
          `* Connected to h (127.0.0.1) port 80 (#${at})\n> GET / HTTP/1.1\n> Host: h\n< HTTP/1.1 401 x\n`,
      )
      return () => readInput(text)
    },
  ],
  [
    'entries of a HAR with a connection each',
    800,
    (size) => {
      const text = JSON.stringify({ log: { entries: entries(size) } })
      return () => readInput(text)
    },
  ],
  [
    'lines of a token each',
    200,
    (size) => {
      const text = repeated(size, () => negotiate())
      return () => readInput(text)
    },
  ],
]

/** The best of three, for a collection of garbage comes now and then. */
function took(run: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const began = performance.now()
    run()
    return performance.now() - began
  })
  return Math.min(...times)
}

describe('eight times as much takes less than thirty times as long', () => {
  it.each(CASES)('%s', (_of, size, run) => {
    const [once, eightTimes] = [run(size), run(8 * size)]
    once()
    // Below that, what else the machine does is measured.
    expect(took(eightTimes)).toBeLessThan(30 * Math.max(took(once), 20))
  })
})

describe('what is too much is left out, and that is said', () => {
  it('of a HAR', () => {
    const text = JSON.stringify({ log: { entries: entries(10_003) } })
    const { conversations, problems } = readInput(text)
    expect(conversations[0]?.observation.exchanges).toHaveLength(10_000)
    expect(problems).toContain('Only the first 10,000 of its 10,003 entries are read.')
  })

  it('of lines', () => {
    const text = repeated(100_001, () => 'WWW-Authenticate: NTLM')
    const { conversations, problems } = readInput(text)
    expect(conversations[0]?.observation.exchanges).toHaveLength(50_000)
    expect(problems).toEqual(['Only the first 50,000 of its lines are read.', 'There is no token in it.'])
  })
})
