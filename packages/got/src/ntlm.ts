import { type AgentOptions, type NtlmAgents, ntlmAgents } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import { type NtlmOptions, ownOptions } from '@ntlmkit/transport'
import type {
  AfterResponseHook,
  BeforeErrorHook,
  ExtendOptions,
  HandlerFunction,
  Options,
  PlainResponse,
} from 'got'
import { asGotTimeout, ConnectTimeout, connectTimeouts } from './connect-timeouts.js'
import type { NtlmExtension } from './extension.js'
import { withHelp } from './option-help.js'
import { check, checkOrder, earlyCheck } from './request-check.js'
import type { Requests } from './requests.js'
import { givenAgents, trackOf, traitsOf, useTrack } from './tracked-options.js'
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
export function ntlm(options: NtlmOptions, agentOptions?: AgentOptions): NtlmExtension {
  return authenticating(options, agentOptions, undefined)
}

/** As {@link ntlm}, for an instance that is one of several: these are the requests of all of them. */
export function authenticating(
  options: NtlmOptions,
  agentOptions: AgentOptions | undefined,
  requests: Requests | undefined,
): NtlmExtension {
  checkOrder(options, agentOptions)
  const own = ownOptions(options)
  const prefixes = new TrustedPrefixes()
  const origins = own.origins ?? prefixes.policy
  const agents = ntlmAgents(withHelp({ ...own, origins }), agentOptions)
  const prefixesOf = own.origins === undefined ? prefixes : undefined
  const ground: Ground = { agents, prefixes: prefixesOf, requests, isClosed: false }
  const extension: ExtendOptions = {
    handlers: [handler(ground)],
    hooks: {
      init: [...(prefixesOf === undefined ? [] : [prefixesOf.note]), earlyCheck(agents)],
      afterResponse: [replayRefused],
      beforeError: [explain],
    },
  }
  return closing(extension as unknown as NtlmExtension, ground)
}

/** What the requests of one extension stand on. */
interface Ground {
  readonly agents: NtlmAgents
  /** The origins of the instance's prefixUrl, where no others are named. */
  readonly prefixes: TrustedPrefixes | undefined
  /** Those of all users together, where the instance is one of several. */
  readonly requests: Requests | undefined
  isClosed: boolean
}

const grounds = new WeakMap<NtlmExtension, Ground>()

/** Out of sight of got, which takes each enumerable property for an option. */
function closing(extension: NtlmExtension, ground: Ground): NtlmExtension {
  grounds.set(extension, ground)
  const close = () => {
    ground.isClosed = true
    ground.agents.destroy()
  }
  const hidden = { value: close, configurable: true, enumerable: false, writable: true }
  Object.defineProperty(extension, 'close', hidden)
  if (Symbol.dispose !== undefined) Object.defineProperty(extension, Symbol.dispose, hidden)
  return extension
}

/** Lets go of an extension: what has begun finishes, and connections close behind it. Done when nothing is under way. */
export function letGo(extension: NtlmExtension): Promise<void> | undefined {
  return grounds.get(extension)?.agents.close()
}

function handler(ground: Ground): HandlerFunction {
  const { agents, prefixes, requests } = ground
  return (options, next) => {
    try {
      if (ground.isClosed || requests?.isEnded) throw closed()
      check(options)
      prefixes?.learn(options)
      if (prefixes?.isEmpty) throw unnamed()
      const given = givenAgents(options)
      const onConnecting = connectTimeouts(options.timeout)
      useTrack(options, agents.track({ ...traitsOf(options), onConnecting, via: given }), given)
    } catch (error) {
      if (options.isStream) throw error
      return Promise.reject<never>(error)
    }
    putFirst(options.hooks.afterResponse, replayRefused)
    const answer = next(options)
    return requests === undefined ? answer : requests.add(answer)
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
  if (response.statusCode !== 401 || !trackOf(options)?.takeReplay()) {
    // Where got throws no errors, it has nobody to be the cause of: it is told all the same.
    refusalOf(response, options)
    return response
  }
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
  const refusal = error.response && refusalOf(error.response, error.options)
  if (refusal !== undefined) error.cause = refusal
  return error
}

/** Why an answer is a refusal, if it asks for credentials and nobody gave any. */
function refusalOf(
  { statusCode: status, headers, url }: PlainResponse,
  options: Options,
): NtlmError | undefined {
  if (status !== 401 && status !== 407) return undefined
  return trackOf(options)?.refusalOf(url, { status, headers })
}

function unnamed(): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', 'There is neither origins nor a prefixUrl.', {
    hint: "Name who may get the credentials: ntlm({ origins: 'https://intranet.corp', ... }), or the instance's prefixUrl.",
  })
}

function closed(): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', 'The instance has been closed.', {
    hint: 'close() ends all of its connections. Call it behind the last request, or make another with ntlm().',
  })
}
