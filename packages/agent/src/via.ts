import type { Agent } from 'node:http'
import { inspect } from 'node:util'
import { NtlmError } from '@ntlmkit/core'

/**
 * Any agent for node:http, of this or of another package: a plain `http.Agent`, whose options are carried over, or one
 * that opens connections in its own way, as agents for proxies do. Agents of older packages descend from EventEmitter.
 */
export type ViaAgent = Agent | { addRequest(...args: never[]): unknown }

/** The agents that open the connections: one for both protocols, or one for each. */
export type Via = ViaAgent | ViaAgents

/** {@link Via}, by protocol. An absent one: the connections are opened here. */
export interface ViaAgents {
  /** For `http:` URLs. */
  http?: ViaAgent | null | undefined
  /** For `https:` URLs. */
  https?: ViaAgent | null | undefined
}

/** As {@link ViaAgents}, unchecked: what a client's user gave for one request. `false` is absent too. */
export interface GivenAgents {
  http?: unknown
  https?: unknown
}

/** The option `via` by protocol: one agent stands for both. */
export function agentsOf(via: unknown): GivenAgents {
  // By its own properties an absent agent stays absent, whatever all objects inherit.
  if (via === undefined || via === null) return { http: undefined, https: undefined }
  if (isAgent(via)) return { http: via, https: via }
  const names = typeof via === 'object' ? Object.keys(via) : []
  if (names.length > 0 && names.every((name) => name === 'http' || name === 'https')) {
    return { http: undefined, https: undefined, ...via }
  }
  throw unusable('via', via)
}

/** Tells whether something is what node:http takes for an agent: it asks no more than this. */
export function isAgent(given: unknown): given is object {
  return isObject(given) && typeof (given as { addRequest?: unknown }).addRequest === 'function'
}

/** @param name where it was given: `via.https`. */
export function unusable(name: string, given: unknown): NtlmError {
  const what = isObject(given)
    ? 'has no addRequest, by which node:http asks an agent for a connection'
    : `is ${inspect(given)?.slice(0, 40)}`
  return refusedVia(`${name} ${what}.`, hintFor(given))
}

export function refusedVia(message: string, hint: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_CONFIG',
    `The agent cannot open connections that NTLM authenticates: ${message}`,
    {
      hint,
    },
  )
}

function hintFor(given: unknown): string {
  const { dispatch } = (given ?? {}) as { dispatch?: unknown }
  if (typeof dispatch === 'function')
    return 'A dispatcher of undici is no agent: @ntlmkit/undici has one that authenticates.'
  if (typeof given === 'function') return 'Give an agent, not the function that chooses one.'
  return 'Give an http.Agent or https.Agent, or an agent made for node:http such as those of https-proxy-agent.'
}

function isObject(given: unknown): boolean {
  return (typeof given === 'object' && given !== null) || typeof given === 'function'
}
