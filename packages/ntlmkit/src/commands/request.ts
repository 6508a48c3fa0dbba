import { Command } from 'commander'
import { type AccountOptions, accountFor, withAccount } from '../account/account.js'
import { CommandError } from '../command-error.js'
import type { ExitCode } from '../exit-codes.js'
import { bodyOf, type RequestBody } from '../request/body.js'
import { headersOf } from '../request/headers.js'
import { sendRequest } from '../request/send.js'
import type { Screen } from '../screen.js'
import { type TargetOptions, targetUrl, trustOf, withTarget } from '../target.js'

interface RequestOptions extends AccountOptions, TargetOptions {
  request?: string
  header: string[]
  data?: string
  output?: string
  include?: boolean
  verbose?: boolean
}

const EXAMPLES = `
Examples:

  ntlmkit request https://intranet.corp/report --user 'CORP\\alice' -o report.pdf
  ntlmkit request https://intranet.corp/api -X PUT -H 'Content-Type: text/csv' -d @rows.csv
  tar c folder | ntlmkit request https://intranet.corp/upload -d -
  ntlmkit request https://intranet.corp/ -v --include

Exit codes: 0 answered below 400, 1 nothing was sent, 2 not let in, 3 NTLM is not
offered, 4 no connection, 5 the handshake broke, 6 an answer of 400 and more.
`

/** `ntlmkit request`: one request, authenticated. */
export function requestCommand(screen: Screen, finish: (code: ExitCode) => void): Command {
  const command = new Command('request')
    .description('send one request, authenticated, and show the answer')
    .argument('<url>', 'http or https')
    .option('-X, --request <method>', 'default: GET, and POST with a body')
    .option('-H, --header <line>', "'Name: value'; again for more", collected, [])
    .option('-d, --data <body>', 'text, @file, or - for standard input; streamed')
    .option('-o, --output <file>', 'write the body of the answer there')
    .option('-i, --include', 'show the head of the answer as well')
    .option('-v, --verbose', 'show the legs of the handshake, and both heads')
  return withAccount(withTarget(command))
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: RequestOptions) => {
      const url = targetUrl(text)
      const headers = headersOf(options.header)
      const method = methodOf(options)
      const trust = trustOf(options)
      const account = await accountFor(url, options, screen)
      if (account === undefined) {
        throw new CommandError(
          'It is not said who to be.',
          "Add --user 'DOMAIN\\user', or set NTLM_USERNAME and NTLM_PASSWORD. Nothing was sent.",
        )
      }
      const body: RequestBody | undefined = await bodyOf(options.data, screen.terminal.stdin)
      finish(await sendRequest({ url, method, headers, body, account, trust, ...options }, screen))
    })
}

function collected(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}

function methodOf({ request, data }: RequestOptions): string {
  const method = request ?? (data === undefined ? 'GET' : 'POST')
  if (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method)) return method.toUpperCase()
  throw new CommandError('The method is no HTTP method.', 'Write it as -X PUT.')
}
