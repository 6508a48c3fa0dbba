import { showAs } from '@ntlmkit/transport'
import { NtlmAgent, type NtlmAgentOptions, NtlmError } from '@ntlmkit/undici'
import { errors, type RequestInit, fetch as undiciFetch } from 'undici'
import { globalResponse } from './global-response.js'
import { ownRequest } from './own-request.js'
import { Requests } from './requests.js'

/** The `fetch` of the platform, as its types have it: Node's, or the DOM's where a program uses those. */
export type Fetch = typeof globalThis.fetch

/** A `fetch` of one identity. */
export interface NtlmFetch extends Fetch {
  /** Takes no more requests, lets those that have begun finish, and closes every connection. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A `fetch` that authenticates its connections with NTLM, for whatever takes one: `ky.create({ fetch })`. It is undici's
 * own over an `NtlmAgent`, whatever version is built into Node.
 *
 * It takes what the platform's takes, its `Request`, `Headers` and `FormData` included, and answers with the platform's
 * `Response`. As `fetch` does, it rejects with a TypeError: its `cause` is the `NtlmError`.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that are missing, unknown, contradictory, or break pinning.
 */
export function createNtlmFetch(options: NtlmAgentOptions): NtlmFetch {
  return fetchOver(new NtlmAgent(options), new Requests())
}

/** A `fetch` whose requests go through this agent. */
export function fetchOver(agent: NtlmAgent, requests: Requests): NtlmFetch {
  const fetch = async (input: unknown, init?: object): Promise<Response> => {
    refuseDispatcher(input, init)
    if (requests.isEnded) throw closed()
    return requests.run(async () => {
      const [target, settings] = await ownRequest(input, init)
      const response = await undiciFetch(target, { ...settings, dispatcher: agent } as RequestInit)
      return globalResponse(response)
    })
  }
  const close = async () => {
    await requests.end()
    await agent.close()
  }
  Object.defineProperty(fetch, 'close', { value: close })
  // Node has the symbol from 20.5 on.
  if (Symbol.asyncDispose !== undefined) Object.defineProperty(fetch, Symbol.asyncDispose, { value: close })
  showAs(fetch, 'NtlmFetch', () => ({ agent }))
  return fetch as unknown as NtlmFetch
}

/** As the agent's own refusal arrives: the fetch is closed before the agent is, which has requests to come. */
function closed(): TypeError {
  return new TypeError('fetch failed', { cause: new errors.ClientClosedError() })
}

function refuseDispatcher(input: unknown, init: object | undefined): void {
  for (const source of [input, init]) {
    if (dispatcherOf(source) == null) continue
    throw new NtlmError('ERR_NTLM_CONFIG', 'The dispatcher of a request cannot be honoured.', {
      hint: 'This fetch opens the connections that it authenticates: give createNtlmFetch connect, connections or others.',
    })
  }
}

/** The platform's Request keeps its own by a symbol in older Nodes, and where nobody can see it in newer ones. */
function dispatcherOf(source: unknown): unknown {
  if (typeof source !== 'object' || source === null) return undefined
  const { dispatcher } = source as { dispatcher?: unknown }
  const hidden = Object.getOwnPropertySymbols(source).find(({ description }) => description === 'dispatcher')
  return dispatcher ?? (hidden && (source as Record<symbol, unknown>)[hidden])
}
