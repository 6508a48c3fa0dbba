import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type AuthenticatedEvent,
  type LegEvent,
  type NtlmError,
  type RefusedEvent,
  shown,
} from '@ntlmkit/core'

/** What the channels of ntlmkit tell while a request is under way. */
export interface Watch {
  /** Why the last 401 or 407 was delivered as the answer. */
  readonly refusal: NtlmError | undefined
  /** Who the connection was authenticated as. */
  readonly account: string | undefined
  stop(): void
}

/**
 * Listens to the channels `ntlmkit:leg`, `ntlmkit:authenticated` and `ntlmkit:refused`.
 *
 * @param say gets each as a line.
 */
export function watch(say: (line: string) => void): Watch {
  const seen: { refusal: NtlmError | undefined; account: string | undefined } = {
    refusal: undefined,
    account: undefined,
  }
  const listeners: Record<string, (message: unknown) => void> = {
    'ntlmkit:leg': (message) => say(legLine(message as LegEvent)),
    'ntlmkit:authenticated': (message) => {
      const { connection, account } = message as AuthenticatedEvent
      seen.account = account
      say(`* #${connection} authenticated as ${shown(account)}`)
    },
    'ntlmkit:refused': (message) => {
      const { connection, error } = message as RefusedEvent
      seen.refusal = error
      say(`* #${connection} refused: ${error.code}`)
    },
  }
  for (const [name, listener] of Object.entries(listeners)) subscribe(name, listener)
  return {
    get refusal() {
      return seen.refusal
    },
    get account() {
      return seen.account
    },
    stop() {
      for (const [name, listener] of Object.entries(listeners)) unsubscribe(name, listener)
    },
  }
}

function legLine({ connection, phase, method, scheme, status }: LegEvent): string {
  return `* #${connection} ${method} ${scheme} ${phase}: ${status}`
}
