import { Command } from 'commander'
import { type AccountOptions, accountFor, withAccount } from '../account/account.js'
import { ExitCode } from '../exit-codes.js'
import { probe } from '../probe/probe.js'
import type { ProbeReport } from '../probe/report.js'
import { probeTable } from '../probe/table.js'
import type { Screen } from '../screen.js'
import { type TargetOptions, targetUrl, trustOf, withTarget } from '../target.js'

interface ProbeOptions extends AccountOptions, TargetOptions {
  json?: boolean
}

const EXAMPLES = `
What is sent: a GET without credentials, a GET that asks for a challenge, a HEAD; and
with an account one GET that logs on, once. Nothing else, and never a body.

Examples:

  ntlmkit probe https://intranet.corp/
  ntlmkit probe https://intranet.corp/ --user 'CORP\\alice'
  ntlmkit probe https://intranet.corp/ --json | jq .challenge

Exit codes: 0 NTLM is offered, and the account let in; 1 nothing was sent, 2 not let
in, 3 NTLM is not offered, 4 no connection, 5 the handshake broke, 6 let in, and the
answer is 400 or more.
`

/** `ntlmkit probe`: what a server offers, and with an account whether it lets it in. */
export function probeCommand(screen: Screen, finish: (code: ExitCode) => void): Command {
  const command = new Command('probe')
    .description('look at what a server offers, without credentials or with one log-on')
    .argument('<url>', 'http or https')
    .option('--json', 'print the report as JSON')
  return withAccount(withTarget(command))
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: ProbeOptions) => {
      const url = targetUrl(text)
      const trust = trustOf(options)
      const account = await accountFor(url, options, screen)
      const report = await probe({ url, account, trust, timeout: options.timeout })
      screen.print(options.json ? JSON.stringify(report, undefined, 2) : await probeTable(report, screen))
      finish(exitCodeOf(report))
    })
}

/** Codes of the log-on's error; all others are handshakes that broke. */
const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  ERR_NTLM_REJECTED: ExitCode.REJECTED,
  ERR_NTLM_NOT_OFFERED: ExitCode.NOT_OFFERED,
  'not-offered': ExitCode.NOT_OFFERED,
  untrusted: ExitCode.NO_CONNECTION,
}

function exitCodeOf({ challenge, logOn }: ProbeReport): ExitCode {
  if (logOn?.error) return EXIT_CODES[logOn.error.code] ?? ExitCode.BROKEN
  if (logOn) return (logOn.status ?? 0) < 400 ? ExitCode.OK : ExitCode.STATUS
  return challenge === undefined ? ExitCode.NOT_OFFERED : ExitCode.OK
}
