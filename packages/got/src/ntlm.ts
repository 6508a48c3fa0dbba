import { type AgentOptions, type NtlmAgents, ntlmAgents } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import { type NtlmOptions, ownOptions } from '@ntlmkit/transport'
import type { AfterResponseHook, BeforeErrorHook, ExtendOptions, HandlerFunction, Options } from 'got'
import { asGotTimeout, ConnectTimeout, connectTimeouts } from './connect-timeouts.js'
import { hasForeignAgent, trackOf, traitsOf, useTrack } from './tracked-options.js'
import { TrustedPrefixes } from './trusted-prefixes.js'

/**
 * Makes the options for `got.extend()` that authenticate an instance's requests with NTLM: `got.extend(ntlm(options))`.
 *
 * One call is one identity and one pool of connections. A final 401 fails as any does with got, with an `NtlmError`
 * as its `cause`. What HTTP cannot say fails with that error's code: `error.code`, `error.cause`.
 *
 * @param options `origins` is the origin of the instance's `prefixUrl` when it is absent.
 * @param agentOptions for the agents that are made: pool sizes, times. TLS options may stay in got's `https`.
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that are missing, unknown, contradictory, or cannot work with NTLM.
 */
export function ntlm(options: NtlmOptions, agentOptions?: AgentOptions): ExtendOptions {
  const own = ownOptions(options)
  const prefixes = new TrustedPrefixes()
  const origins = own.origins ?? ((origin: string) => prefixes.has(origin))
  const agents = ntlmAgents({ ...own, origins }, agentOptions)
  const prefixesOf = own.origins === undefined ? prefixes : undefined
  return {
    handlers: [handler(agents, prefixesOf)],
    hooks: {
      init: prefixesOf === undefined ? [] : [prefixesOf.note],
      afterResponse: [replayRefused],
      beforeError: [explain],
    },
  }
}

/** @param prefixes the origins of the instance's prefixUrl, where no others are named. */
function handler(agents: NtlmAgents, prefixes: TrustedPrefixes | undefined): HandlerFunction {
  return (options, next) => {
    try {
      check(options)
      prefixes?.learn(options)
      if (prefixes?.isEmpty) throw unnamed()
    } catch (error) {
      if (options.isStream) throw error
      return Promise.reject<never>(error)
    }
    const onConnecting = connectTimeouts(options.timeout)
    useTrack(options, agents.track({ ...traitsOf(options), onConnecting }))
    putFirst(options.hooks.afterResponse, replayRefused)
    return next(options)
  }
}

function check(options: Options): void {
  if (options.http2) {
    throw refused('http2 is true', 'NTLM authenticates a connection and HTTP/2 shares it: leave it out.')
  }
  if (hasForeignAgent(options)) {
    throw refused(
      'agent is set',
      'Give its options as the second argument: got.extend(ntlm(options, { ca })).',
    )
  }
}

/** Hooks of the user see the final answer only. */
function putFirst(hooks: AfterResponseHook[], hook: AfterResponseHook): void {
  const index = hooks.indexOf(hook)
  if (index > 0) hooks.unshift(...hooks.splice(index, 1))
}

/** A server that forgot the connection: got asks once more, on another one. */
const replayRefused: AfterResponseHook = async (response, retryWithMergedOptions) => {
  const { options } = response.request
  if (response.statusCode !== 401 || !trackOf(options)?.takeReplay()) return response
  const hooks = [...options.hooks.afterResponse]
  try {
    return await Promise.resolve(retryWithMergedOptions({}))
  } finally {
    // got leaves them out of a retry, which is for hooks that would only run into the same again.
    options.hooks.afterResponse = hooks
  }
}

const explain: BeforeErrorHook = (error) => {
  if (error.cause instanceof ConnectTimeout) return asGotTimeout(error, error.cause)
  const refusal = trackOf(error.options)?.refusal
  if (refusal !== undefined && error.response?.statusCode === 401) error.cause = refusal
  return error
}

function unnamed(): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', 'There is neither origins nor a prefixUrl.', {
    hint: "Name who may get the credentials: ntlm({ origins: 'https://intranet.corp', ... }), or the instance's prefixUrl.",
  })
}

function refused(what: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', `In the got options ${what}, and NTLM cannot work that way.`, {
    hint,
  })
}
