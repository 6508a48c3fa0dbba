import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { channels } from '@ntlmkit/undici'
import { expect, it, onTestFinished } from 'vitest'
import { outputsOf } from './programs/run.js'
import { agentFor, call } from './undici-agents.js'
import { ALICE, startServer } from './wire.js'

it('the legs of a handshake are children of the span of their request', async () => {
  const example = fileURLToPath(new URL('../examples/dist/opentelemetry.js', import.meta.url))
  // From Node 26 on the instrumentation of OpenTelemetry calls what Node calls deprecated: not ours to mend.
  const [printed] = await outputsOf([example], { NODE_OPTIONS: '--no-deprecation' })
  expect(printed.trim().split('\n')).toEqual([
    'POST 200 (ntlmkit-example)',
    '  * ntlm.leg negotiate',
    '  * ntlm.leg authenticate',
    '  HEAD 401 (@opentelemetry/instrumentation-http)',
    '  POST 200 (@opentelemetry/instrumentation-undici)',
    'PUT 200 (@opentelemetry/instrumentation-http)',
    '  * ntlm.leg negotiate',
    '  * ntlm.leg authenticate',
    '  HEAD 401 (@opentelemetry/instrumentation-http)',
  ])
}, 30_000)

it('each leg is published, and the password asked for, in the async context of its own request', async () => {
  const server = await startServer()
  const context = new AsyncLocalStorage<string>()
  const seen: string[] = []
  onTestFinished(
    channels.leg.subscribe(({ url, phase }) => {
      seen.push(`${context.getStore()} ${phase} ${new URL(url).pathname}`)
    }),
  )
  const password = () => {
    seen.push(`${context.getStore()} password`)
    return ALICE.password
  }
  // `reset` closes each connection: every request waits for the place of another, and opens one of its own.
  const dispatcher = agentFor(server, { password, connections: 1 })
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      context.run(name, () =>
        call(`${server.origin}/${name}`, {
          dispatcher,
          method: 'POST',
          body: Readable.from([name]),
          reset: true,
        }),
      ),
    ),
  )
  expect(seen).toEqual(
    ['a', 'b', 'c'].flatMap((name) => [
      `${name} password`,
      `${name} negotiate /${name}`,
      `${name} authenticate /${name}`,
    ]),
  )
})
