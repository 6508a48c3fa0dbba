import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NtlmError, type RefusedEvent } from '@ntlmkit/core'
import { onTestFinished } from 'vitest'
import { forgetWarnings } from '../../packages/transport/src/warnings.js'

/** What was told while a test ran, apart from what the client got. */
export interface Told {
  /** On `ntlmkit:refused`: the errors, in short. */
  readonly events: Explained[]
  /** The codes of the process's warnings, and their texts. */
  warnings(): Promise<{ code: string; message: string }[]>
}

export interface Explained {
  origin: string
  code: string
  ids: string[]
  message: string
}

/** Listens to everything that is told, from now to the end of the test. */
export function listen(): Told {
  forgetWarnings()
  const events: Explained[] = []
  const warnings: { code: string; message: string }[] = []
  const onRefused = (event: unknown) => {
    const { origin, error } = event as RefusedEvent
    events.push({ origin, ...explained(error) })
  }
  const onWarning = ({ name, message, code }: Error & { code?: string }) => {
    if (name === 'NtlmkitWarning') warnings.push({ code: code!, message })
  }
  subscribe('ntlmkit:refused', onRefused)
  process.on('warning', onWarning)
  onTestFinished(() => {
    unsubscribe('ntlmkit:refused', onRefused)
    process.off('warning', onWarning)
  })
  return {
    events,
    async warnings() {
      // Node emits a warning in the next turn.
      await new Promise((resolve) => setImmediate(resolve))
      return warnings
    },
  }
}

/** An error in short. */
export function explained(error: unknown): Omit<Explained, 'origin'> {
  const found = ntlmErrorIn(error)
  if (found === undefined) throw new Error('There is no NtlmError.', { cause: error })
  return { code: found.code, ids: found.findings.map(({ id }) => id), message: found.message }
}

/** The NtlmError among an error and its causes. */
export function ntlmErrorIn(error: unknown): NtlmError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof NtlmError) return cause
  }
  return undefined
}

/** A server of a few lines for one test. */
export async function serve(listener: RequestListener): Promise<{ origin: string; port: number }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, port }
}

/** A server that answers everything with a question. */
export function asking(offers: string | string[], status: 401 | 407 = 401) {
  const field = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate'
  return serve((request, response) => {
    request.resume()
    response.writeHead(status, { [field]: offers }).end('Who are you?')
  })
}
