import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { authenticated, seen } from './trial.js'

interface Span {
  name: string
  id: string
  trace: string
  parent?: string
  status?: number
  error: boolean
}

const run = promisify(execFile)
const INSTRUMENTATION = new URL('programs/instrumentation.mjs', import.meta.url)
const PROGRAM = new URL('programs/traced-calls.mjs', import.meta.url)

/** The spans of a GET and a POST with that client, instrumented before anything is loaded. */
async function spansOf(client: string, url: string, legs: 'yes' | 'no'): Promise<Span[]> {
  const { stdout } = await run(process.execPath, ['--import', INSTRUMENTATION.href, fileURLToPath(PROGRAM)], {
    env: { ...process.env, NTLM_URL: url, CLIENT: client, TRACE_LEGS: legs },
  })
  return JSON.parse(stdout) as Span[]
}

describe.each([
  ['axios', 'HEAD'],
  ['got', 'HEAD'],
  ['node-fetch', 'HEAD'],
  ['undici', 'GET'],
  ['fetch', 'GET'],
])('OpenTelemetry and %s', (client, legMethod) => {
  it('has a span for each request, the leg among them, all of one trace', async () => {
    const server = await startServer()
    const spans = await spansOf(client, server.url, 'yes')

    expect(spans.map(({ name, status, error }) => [name, status, error])).toEqual([
      [legMethod, 401, true],
      ['GET', 200, false],
      ['POST', 200, false],
      ['program', undefined, false],
    ])
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(1)
    const program = spans.at(-1)
    expect(spans.slice(1, 3).map(({ parent }) => parent)).toEqual([program?.id, program?.id])
    // The server can tell whose child its own span is.
    expect(server.log.map(({ headers }) => headers.traceparent)).toEqual(
      spans.slice(0, 3).map(({ trace, id }) => `00-${trace}-${id}-01`),
    )
    expect(seen(server)).toEqual(authenticated(2))
  })
})

describe('OpenTelemetry, told to ignore first legs', () => {
  it.each(['axios', 'undici'])('has no span for them with %s', async (client) => {
    const server = await startServer()
    const spans = await spansOf(client, server.url, 'no')

    expect(spans.map(({ name, status }) => [name, status])).toEqual([
      ['GET', 200],
      ['POST', 200],
      ['program', undefined],
    ])
    expect(seen(server)).toEqual(authenticated(2))
  })
})
