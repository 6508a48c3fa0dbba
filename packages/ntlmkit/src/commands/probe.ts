import { Command } from 'commander'
import { withAccount } from '../account/options.js'
import type { ExitCode } from '../exit-codes.js'
import type { ProbeOptions } from '../probe/run-probe.js'
import type { Screen } from '../screen.js'
import { withTarget } from '../target-options.js'

const EXAMPLES = `
What is sent: a GET without credentials, a GET that asks for a challenge, and a
HEAD; with an account one GET that logs on, once. Nothing else, never a body.

Examples:

  ntlmkit probe https://intranet.corp/
  ntlmkit probe https://intranet.corp/ --user 'CORP\\alice'
  ntlmkit probe https://intranet.corp/ --json | jq .challenge

Exit codes: 0 NTLM is offered, and the account let in; 1 nothing was sent, 2 not
let in, 3 NTLM is not offered: another scheme, a redirect, open to everybody, a
proxy that asks first; 4 no connection, 5 the handshake broke, or h2 alone,
6 let in, and the answer is 400 or more.
`

/** `ntlmkit probe`: what a server offers, and with an account whether it lets it in. */
export function probeCommand(screen: Screen, finish: (code: ExitCode) => void): Command {
  const command = new Command('probe')
    .description('look at what a server offers, without credentials or with one log-on')
    .argument('<url>', 'http or https')
    .option('--json', 'print the report as JSON')
  return withAccount(withTarget(command))
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, options: ProbeOptions) => {
      const { runProbe } = await import('../probe/run-probe.js')
      finish(await runProbe(url, options, screen))
    })
}
