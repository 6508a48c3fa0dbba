import { accountFor } from '../account/account.js'
import type { AccountOptions } from '../account/options.js'
import { CommandError } from '../command-error.js'
import type { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'
import { targetUrl, trustOf } from '../target.js'
import type { TargetOptions } from '../target-options.js'
import { bodyOf } from './body.js'
import { headersOf } from './headers.js'
import { sendRequest } from './send.js'

/** The options of `ntlmkit request`. */
export interface RequestOptions extends AccountOptions, TargetOptions {
  request?: string
  header?: string[]
  data?: string
  output?: string
  include?: boolean
  verbose?: boolean
}

/** `ntlmkit request`: checks what was asked for, and sends it. */
export async function request(text: string, options: RequestOptions, screen: Screen): Promise<ExitCode> {
  const url = targetUrl(text)
  const headers = headersOf(options.header ?? [])
  const method = methodOf(options)
  const trust = trustOf(options)
  const body = await bodyOf(options.data, screen.terminal.stdin)
  const account = await accountFor(url, options, screen)
  if (account === undefined) {
    throw new CommandError(
      'It is not said who to be.',
      "Add --user 'DOMAIN\\user', or set NTLM_USERNAME and NTLM_PASSWORD. Nothing was sent.",
    )
  }
  return sendRequest({ url, method, headers, body, account, trust, ...options }, screen)
}

function methodOf({ request, data }: RequestOptions): string {
  const method = request ?? (data === undefined ? 'GET' : 'POST')
  if (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method)) return method.toUpperCase()
  throw new CommandError('The method is no HTTP method.', 'Write it as -X PUT.')
}
