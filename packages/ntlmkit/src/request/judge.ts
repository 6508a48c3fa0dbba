import type { IncomingMessage } from 'node:http'
import { type Finding, shown } from '@ntlmkit/core'
import { diagnose } from '@ntlmkit/inspect'
import { errorInLines, findingLines } from '../error-lines.js'
import { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'
import type { Watch } from './legs.js'

/** The request that was answered. */
interface Asked {
  readonly url: URL
  readonly method: string
}

/** Tells what an answer means where it is none below 300, and gives the exit code. */
export function judge(response: IncomingMessage, asked: Asked, watched: Watch, screen: Screen): ExitCode {
  const { statusCode: status = 0 } = response
  const { refusal, hasLoggedOn } = watched
  if (status < 300) return ExitCode.OK
  if (refusal !== undefined && (status === 401 || status === 407)) {
    const { message, hint, exitCode, findings } = errorInLines(refusal)
    screen.fail(message, hint)
    for (const line of findings) screen.say(line)
    return exitCode
  }
  const findings = findingsOf(response, asked)
  if (status < 400) screen.say(redirectLine(response, asked))
  else screen.fail(`The server answered ${status}.`, findings[0]?.nextStep ?? hintFor(status, hasLoggedOn))
  for (const line of findingLines(findings)) screen.say(line)
  if (status < 400) return ExitCode.OK
  if (status === 401) return ExitCode.REJECTED
  return hasLoggedOn ? ExitCode.STATUS : ExitCode.NOT_OFFERED
}

/** The causes that the answer itself shows. */
function findingsOf(
  { statusCode, headers, httpVersion }: IncomingMessage,
  { url, method }: Asked,
): Finding[] {
  const exchange = { method, url: url.href, request: {}, status: statusCode, response: headers, httpVersion }
  return diagnose({ origin: url.origin, exchanges: [exchange] })
}

function redirectLine({ statusCode, headers: { location } }: IncomingMessage, { url }: Asked): string {
  if (location === undefined) return `The server answered ${statusCode}.`
  const target = URL.canParse(location, url.href) ? new URL(location, url.href).href : location
  return `The server answered ${statusCode}: it sends to ${shown(target, 1000)}, which was not requested.`
}

const HINTS: Readonly<Record<number, string>> = {
  401: 'Run `ntlmkit probe` with this URL: it tells what is offered there.',
  403: 'The log-on worked, and this account may not see this page.',
  404: 'There is nothing at this path.',
  405: 'The server does not take this method here.',
  407: 'A proxy in between wants credentials of its own.',
  413: 'The server takes no body of this size.',
}

function hintFor(status: number, hasLoggedOn: boolean): string {
  const isOfLogOn = status === 401 || status === 407
  if (hasLoggedOn || isOfLogOn) {
    return HINTS[status] ?? "The answer is the application's own, not one of authentication."
  }
  return `No log-on was asked for: ${UNASKED[status] ?? 'the server answers so by itself.'}`
}

/** What an answer means that came before anybody asked who is there. */
const UNASKED: Readonly<Record<number, string>> = {
  403: 'the server forbids it by itself.',
  404: 'there is nothing at this path.',
  405: 'the server does not take this method here.',
  413: 'the server takes no body of this size.',
}
