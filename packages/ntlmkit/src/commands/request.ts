import { Command } from 'commander'
import { withAccount } from '../account/options.js'
import type { ExitCode } from '../exit-codes.js'
import type { RequestOptions } from '../request/request.js'
import type { Screen } from '../screen.js'
import { withTarget } from '../target-options.js'

const EXAMPLES = `
Examples:

  ntlmkit request https://intranet.corp/report --user 'CORP\\alice' -o report.pdf
  ntlmkit request https://intranet.corp/api -X PUT -H 'X-Run: 7' -d @rows.csv
  tar c folder | ntlmkit request https://intranet.corp/upload -d -
  ntlmkit request https://intranet.corp/ -v --include

A redirect is not followed: where it leads is said.

Exit codes: 0 answered below 400, 1 nothing was sent, 2 not let in, 3 no NTLM:
not offered, a proxy asks first, or an error of 400 or more before anybody was
asked who is there; 4 no connection, 5 the handshake broke, 6 let in, and the
answer is 400 or more.
`

/** `ntlmkit request`: one request, authenticated. */
export function requestCommand(screen: Screen, finish: (code: ExitCode) => void): Command {
  const command = new Command('request')
    .description('send one request, authenticated, and show the answer')
    .argument('<url>', 'http or https')
    .option('-X, --request <method>', 'default: GET, and POST with a body')
    .option('-H, --header <line>', "'Name: value'; again for more", collected)
    .option('-d, --data <body>', 'text, @file, or - for standard input; streamed')
    .option('-o, --output <file>', 'write the body of the answer there')
    .option('-i, --include', 'show the head of the answer as well')
    .option('-v, --verbose', 'show the legs of the handshake, and both heads')
  return withAccount(withTarget(command))
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, options: RequestOptions) => {
      const { request } = await import('../request/request.js')
      finish(await request(url, options, screen))
    })
}

function collected(value: string, earlier: string[] = []): string[] {
  return [...earlier, value]
}
