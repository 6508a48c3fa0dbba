import { shown } from '@ntlmkit/core'
import { CommandError } from './command-error.js'
import type { TargetOptions } from './target-options.js'
import { certificatesIn } from './trust.js'

/** @throws {CommandError} for what is no http or https URL, or has a password in it. */
export function targetUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    // Whatever stands before an @ may be a password, and a query may have a token.
    const what = text.includes('@') ? 'That' : shown(text.replace(/[?#].*$/s, ''))
    throw new CommandError(`${what} is no http or https URL.`, "Write it as 'https://intranet.corp/page'.")
  }
  if (url.username === '' && url.password === '') return url
  throw new CommandError(
    'The URL has a user name in it.',
    'Say who you are with --user, NTLM_USERNAME or --netrc instead.',
  )
}

/** A URL as it is shown: what stands in a query may be secret. */
export function urlWithoutQuery({ origin, pathname }: URL): string {
  return `${origin}${pathname}`
}

/** The TLS options that they come to. */
export function trustOf({ cacert, insecure }: TargetOptions): { ca?: string; rejectUnauthorized?: false } {
  return {
    ...(cacert === undefined ? {} : { ca: certificatesIn(cacert) }),
    ...(insecure ? { rejectUnauthorized: false as const } : {}),
  }
}
