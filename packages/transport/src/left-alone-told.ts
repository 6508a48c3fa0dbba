import { diagnostics, type NtlmError } from '@ntlmkit/core'
import type { LeftAlone } from '@ntlmkit/inspect'
import { Answer, type ResponseHead } from './rules/answer.js'
import { type LeftAloneRequest, leftAlone } from './rules/left-alone.js'
import type { ResolvedNtlmOptions } from './rules/options.js'
import { isToldFirst } from './rules/told.js'
import { type WarningCode, warnOnce } from './warnings.js'

export type { LeftAloneRequest }

/** An answer to a request that was left without a log-on. */
export interface RefusedAnswer {
  /** Why it was left without one. */
  readonly error: NtlmError
  /** True if the client gets the error in the place of the answer. */
  readonly fails: boolean
}

/** The mistakes that nobody finds. The others were made on purpose, or show in what the client was told. */
const WARNINGS: Readonly<Partial<Record<LeftAlone, WarningCode>>> = {
  'origin-not-listed': 'NTLMKIT_ORIGIN_NOT_LISTED',
  'dns-interceptor': 'NTLMKIT_ORIGIN_NOT_LISTED',
  bypassed: 'NTLMKIT_AGENT_BYPASSED',
}

/** The number of a connection that is none of ours. */
const NOT_OURS = 0

/**
 * Tells why a request was left without a log-on, where its answer offers one: on the channel, in the debug output, and as a
 * warning. For an answer that does not ask it costs nothing.
 */
export function tellLeftAlone(
  request: LeftAloneRequest,
  head: ResponseHead,
  options: ResolvedNtlmOptions,
): RefusedAnswer | undefined {
  const error = leftAlone(request, head, options)
  if (error === undefined) return undefined
  const { origin, why } = request
  // The exchange that it may end tells of none twice.
  isToldFirst(error)
  const { offers } = new Answer(head, head.status === 407 ? 'proxy' : 'origin')
  const schemes = offers.map(({ scheme }) => scheme)
  diagnostics.refused({ origin, connection: NOT_OURS, error, offers: schemes })
  const code = why && WARNINGS[why]
  if (code !== undefined && !isDeliberate(why, options))
    warnOnce(code, origin, `${error.message} ${error.hint}`)
  // A request that was to go without credentials of ours is none of ours.
  return { error, fails: options.strict && why !== 'switched-off' }
}

/** A function that says no has been asked. */
function isDeliberate(why: LeftAlone | undefined, { mayAuthenticate }: ResolvedNtlmOptions): boolean {
  return why === 'origin-not-listed' && mayAuthenticate.patterns === undefined
}
