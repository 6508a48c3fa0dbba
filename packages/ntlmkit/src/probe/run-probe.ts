import { accountFor } from '../account/account.js'
import type { AccountOptions } from '../account/options.js'
import { ExitCode } from '../exit-codes.js'
import { jsonText } from '../json.js'
import type { Screen } from '../screen.js'
import { targetUrl, trustOf } from '../target.js'
import type { TargetOptions } from '../target-options.js'
import { probe } from './probe.js'
import type { ProbeReport } from './report.js'
import { probeTable } from './table.js'

/** The options of `ntlmkit probe`. */
export interface ProbeOptions extends AccountOptions, TargetOptions {
  json?: boolean
}

/** `ntlmkit probe`: looks, and shows what it saw. */
export async function runProbe(text: string, options: ProbeOptions, screen: Screen): Promise<ExitCode> {
  const url = targetUrl(text)
  const trust = trustOf(options)
  const account = await accountFor(url, options, screen)
  const report = await probe({ url, account, trust, timeout: options.timeout })
  screen.print(options.json ? jsonText(report) : await probeTable(report, screen))
  return exitCodeOf(report)
}

/** Codes of the log-on's error; all others are handshakes that broke, where no status came. */
const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  ERR_NTLM_REJECTED: ExitCode.REJECTED,
  ERR_NTLM_NOT_OFFERED: ExitCode.NOT_OFFERED,
  ERR_NTLM_PROXY: ExitCode.NOT_OFFERED,
  'not-offered': ExitCode.NOT_OFFERED,
  ERR_NTLM_TIMEOUT: ExitCode.NO_CONNECTION,
  'login-page': ExitCode.REJECTED,
  'no-answer': ExitCode.NO_CONNECTION,
  'no-verdict': ExitCode.STATUS,
  untrusted: ExitCode.NO_CONNECTION,
}

function exitCodeOf({ status, challenge, logOn }: ProbeReport): ExitCode {
  if (status === undefined) return ExitCode.BROKEN
  if (logOn?.error) return EXIT_CODES[logOn.error.code] ?? ExitCode.BROKEN
  if (logOn) return (logOn.status ?? 0) < 400 ? ExitCode.OK : ExitCode.STATUS
  return challenge === undefined ? ExitCode.NOT_OFFERED : ExitCode.OK
}
