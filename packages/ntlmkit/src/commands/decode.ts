import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { shown } from '@ntlmkit/core'
import { type Reading, readInput } from '@ntlmkit/inspect'
import { Command } from 'commander'
import { CommandError } from '../command-error.js'
import { type Check, checkHandshake, type Secret } from '../decode/checks.js'
import { handshakesIn } from '../decode/conversation.js'
import { inputText } from '../decode/input.js'
import { readingJson } from '../decode/json.js'
import { readingLines } from '../decode/lines.js'
import { type SecretOptions, secretFor } from '../decode/secret.js'
import { serveDecoder } from '../decode/web.js'
import { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'

interface DecodeOptions extends SecretOptions {
  certificate?: string
  json?: boolean
  web?: boolean
}

const EXAMPLES = `
Examples:

  ntlmkit decode TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==
  ntlmkit decode 'WWW-Authenticate: Negotiate oYHGMIHDoAMKAQGh...'
  ntlmkit decode intranet.har
  curl -v --ntlm -u 'CORP\\alice' https://intranet.corp/ 2>&1 | ntlmkit decode -
  ntlmkit decode --password --certificate server.pem intranet.har

The checks need the CHALLENGE and the AUTHENTICATE of one handshake, and the MIC its
NEGOTIATE too. A secret comes from $NTLM_PASSWORD or $NTLM_NT_HASH, or is asked for.

Exit codes: 0 decoded, 1 the input cannot be read, 2 a check failed, 3 there is no
token in it.
`

/** `ntlmkit decode`: what is in a token, or in the record of a conversation. */
export function decodeCommand(screen: Screen, finish: (code: ExitCode) => void): Command {
  return new Command('decode')
    .description('show what is in a token, a header line, a HAR file, a curl -v log')
    .argument('[input...]', 'a token, a header line, a file, or - for standard input')
    .option('--password [=value]', 'check response, MIC and binding with this password')
    .option('--nt-hash [=value]', 'the same with an NT hash')
    .option('--certificate <file>', 'the server certificate (PEM or DER), for the binding')
    .option('--json', 'print what was read as JSON')
    .option('--web', 'open the page that decodes, on loopback')
    .addHelpText('after', EXAMPLES)
    .action(async (inputs: string[], options: DecodeOptions) => {
      if (options.web) return await serveDecoder(screen)
      const certificate = options.certificate === undefined ? undefined : certificateIn(options.certificate)
      const secret = await secretFor(options, screen)
      const reading = readInput(await inputText(inputs, screen.terminal))
      const checks = secret === undefined ? [] : await checksOf(reading, secret, certificate)
      screen.print(
        options.json
          ? readingJson(reading, checks)
          : readingLines(reading, checks, screen).join('\n').trimEnd(),
      )
      finish(exitCodeOf(reading, checks))
    })
}

async function checksOf(
  { conversations }: Reading,
  secret: Secret,
  certificate: X509Certificate | undefined,
): Promise<Check[]> {
  const handshakes = conversations.flatMap(({ steps }) => handshakesIn(steps))
  if (handshakes.length > 0) {
    const checks = await Promise.all(
      handshakes.map((messages) => checkHandshake(messages, secret, certificate)),
    )
    return checks.flat()
  }
  throw new CommandError(
    'There is no CHALLENGE with its AUTHENTICATE to check.',
    'Give both: two tokens, or the whole conversation.',
  )
}

function exitCodeOf({ conversations }: Reading, checks: readonly Check[]): ExitCode {
  if (checks.some(({ result }) => result === 'wrong')) return ExitCode.REJECTED
  const hasToken = conversations.some(({ steps }) => steps.some(({ token }) => token !== undefined))
  return hasToken ? ExitCode.OK : ExitCode.NOT_OFFERED
}

function certificateIn(file: string): X509Certificate {
  try {
    return new X509Certificate(readFileSync(file))
  } catch {
    throw new CommandError(`${shown(file)} is no certificate that can be read.`, 'Give a file in PEM or DER.')
  }
}
