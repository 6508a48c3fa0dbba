import { channels, type LegEvent, type NtlmError, shown } from '@ntlmkit/core'

/** What the channels of ntlmkit tell while a request is under way. */
export interface Watch {
  /** Why the last 401 or 407 was delivered as the answer. */
  readonly refusal: NtlmError | undefined
  /** Credentials went to the server: an AUTHENTICATE was answered. */
  readonly hasLoggedOn: boolean
  stop(): void
}

/**
 * Listens to the channels of ntlmkit.
 *
 * @param say gets each event as a line.
 */
export function watch(say: (line: string) => void): Watch {
  let refusal: NtlmError | undefined
  let hasLoggedOn = false
  const stops = [
    channels.leg.subscribe((event) => {
      hasLoggedOn ||= event.phase === 'authenticate'
      say(legLine(event))
    }),
    channels.authenticated.subscribe(({ connection, account }) => {
      say(`* #${connection} authenticated as ${shown(account)}`)
    }),
    channels.refused.subscribe(({ connection, error }) => {
      refusal = error
      say(`* #${connection} refused: ${error.code}`)
    }),
  ]
  return {
    get refusal() {
      return refusal
    },
    get hasLoggedOn() {
      return hasLoggedOn
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}

function legLine(event: LegEvent): string {
  const { connection, method, scheme, phase, status, target, binding, milliseconds } = event
  const details = [
    target === undefined ? [] : `challenged by ${shown(target)}`,
    binding === undefined ? [] : `bound to ${binding}`,
    `${Math.round(milliseconds)} ms`,
  ].flat()
  return `* #${connection} ${method} ${scheme} ${phase}: ${status}, ${details.join(', ')}`
}
