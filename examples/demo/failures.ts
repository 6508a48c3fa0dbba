import { subscribe } from 'node:diagnostics_channel'
import { NtlmError, type RefusedEvent } from '@ntlmkit/core'
import colours from 'picocolors'

/** What ntlmkit said of the last 401 it delivered as a response. */
export const refusals = {
  last: undefined as NtlmError | undefined,
  clear(): void {
    this.last = undefined
  },
}
subscribe('ntlmkit:refused', (message) => {
  refusals.last = (message as RefusedEvent).error
})

/** An answer that is none: a status of 400 or more. */
export class Refused extends Error {
  readonly status: number
  readonly reason: NtlmError | undefined

  constructor(status: number, reason: NtlmError | undefined) {
    super(`The server answered ${status}.`)
    this.status = status
    this.reason = reason
  }
}

const STATUS_HINTS: Readonly<Record<number, string>> = {
  401: 'The server did not take the credentials, or asks for something else than NTLM.',
  403: 'Authentication worked; this account may not see this page.',
  404: 'Authentication worked or was not needed; there is nothing at this path.',
  405: 'The server does not take this method here: choose what to send with --only get,many.',
  407: 'There is a proxy in between that wants credentials of its own.',
  413: 'The server takes no body of this size: choose a smaller one with --upload-mb.',
}

/** The error in one line, for where it was to be expected. */
export function hintOf({ code, hint }: NtlmError): string {
  return colours.dim(`${code}: ${hint}`)
}

/** Says what went wrong and what to do about it, without a stack. */
export function explain(error: unknown): string {
  if (error instanceof Refused) return explainRefusal(error)
  const ours = ntlmErrorIn(error)
  if (ours) return told(`${ours.code}: ${ours.message}`, ours.hint)
  const message = error instanceof Error ? innermost(error).message || error.message : String(error)
  return told(message, connectionHint(error))
}

function explainRefusal({ message, status, reason }: Refused): string {
  if (reason) return told(`${message} ${reason.code}: ${reason.message}`, reason.hint)
  return told(
    message,
    STATUS_HINTS[status] ?? "The answer is the application's own, not one of authentication.",
  )
}

/** The one that began it: `fetch` wraps it in a TypeError, and what waited for it has it as its cause. */
function ntlmErrorIn(error: unknown): NtlmError | undefined {
  let found: NtlmError | undefined
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof NtlmError) found = each
  }
  return found
}

function innermost(error: Error): Error {
  let each = error
  while (each.cause instanceof Error) each = each.cause
  return each
}

function connectionHint(error: unknown): string {
  const { code = '' } = (error instanceof Error ? innermost(error) : {}) as { code?: string }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The name is unknown: look at the host in the URL, and at the VPN.'
  if (code === 'ECONNREFUSED') return 'Nothing listens there: look at the port in the URL.'
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return 'The certificate is not trusted.'
  }
  return 'Run it again with NODE_DEBUG=ntlmkit to see every step.'
}

function told(what: string, hint: string): string {
  return `\n${colours.red(what)}\n${hint}\n`
}
