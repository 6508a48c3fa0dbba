import { NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import { request } from 'undici'
import { onTestFinished } from 'vitest'
import { ALICE } from './wire.js'

/** What an agent has to know of a server. */
interface Target {
  origin: string
  ca?: string
}

/** Alice's agent for one test; it goes with the test. */
export function agentFor(server: Target, options: Partial<NtlmAgentOptions> = {}): NtlmAgent {
  const connect = server.ca === undefined ? {} : { connect: { ca: server.ca } }
  const agent = new NtlmAgent({
    ...ALICE,
    origins: server.origin,
    ...connect,
    ...options,
  } as NtlmAgentOptions)
  onTestFinished(() => agent.destroy())
  return agent
}

type RequestOptions = NonNullable<Parameters<typeof request>[1]>

/** A request and the whole of its answer. */
export async function call(
  url: string,
  options: RequestOptions,
): Promise<{ status: number; text: string; user?: string }> {
  const { statusCode, body } = await request(url, options)
  const text = await body.text()
  return { status: statusCode, text, user: userOf(text) }
}

function userOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { user?: string }).user
  } catch {
    return undefined
  }
}
