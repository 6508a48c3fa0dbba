import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { shown } from '@ntlmkit/core'
import { type Reading, readInput } from '@ntlmkit/inspect'
import { CommandError } from '../command-error.js'
import { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'
import { type Check, checkHandshake, type Secret } from './checks.js'
import { handshakesIn } from './conversation.js'
import { inputText } from './input.js'
import { readingJson } from './json.js'
import { readingLines } from './lines.js'
import { type SecretOptions, secretFor } from './secret.js'
import { serveDecoder } from './web.js'

/** The options of `ntlmkit decode`. */
export interface DecodeOptions extends SecretOptions {
  certificate?: string
  json?: boolean
  web?: boolean
}

/** `ntlmkit decode`: reads, checks what can be checked, and shows both. */
export async function runDecode(
  inputs: readonly string[],
  options: DecodeOptions,
  screen: Screen,
): Promise<ExitCode> {
  if (options.web) {
    await serveDecoder(screen)
    return ExitCode.OK
  }
  const certificate = options.certificate === undefined ? undefined : certificateIn(options.certificate)
  const secret = await secretFor(options, screen)
  const reading = readInput(await inputText(inputs, screen.terminal))
  const checks = secret === undefined ? [] : await checksOf(reading, secret, certificate)
  screen.print(
    options.json ? readingJson(reading, checks) : readingLines(reading, checks, screen).join('\n').trimEnd(),
  )
  return exitCodeOf(reading, checks)
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
