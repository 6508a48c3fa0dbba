import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { shown } from '@ntlmkit/core'
import { type DecodedToken, diagnose, type ReadConversation, type Reading, readInput } from '@ntlmkit/inspect'
import { CommandError } from '../command-error.js'
import { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'
import { type Check, type Checked, checkHandshake, type Secret } from './checks.js'
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
  const read = readInput(await inputText(inputs, screen.terminal))
  const { reading, checks } =
    secret === undefined ? { reading: read, checks: [] } : await checked(read, secret, certificate)
  screen.print(
    options.json ? readingJson(reading, checks) : readingLines(reading, checks, screen).join('\n').trimEnd(),
  )
  return exitCodeOf(reading, checks)
}

/** The reading with its findings made anew: who has the secret knows more of the causes. */
async function checked(
  read: Reading,
  secret: Secret,
  certificate: X509Certificate | undefined,
): Promise<{ reading: Reading; checks: readonly Check[] }> {
  const checks: Check[] = []
  const conversations: ReadConversation[] = []
  for (const conversation of read.conversations) {
    const handshakes = await Promise.all(
      handshakesIn(conversation.steps).map((messages) => checkHandshake(messages, secret, certificate)),
    )
    checks.push(...handshakes.flatMap((each) => each.checks))
    const last = handshakes.at(-1)
    conversations.push(last === undefined ? conversation : diagnosedAnew(conversation, last))
  }
  if (checks.length > 0) return { reading: { ...read, conversations }, checks }
  throw new CommandError(
    'There is no CHALLENGE with its AUTHENTICATE to check.',
    'Give both: two tokens, or the whole conversation.',
  )
}

function diagnosedAnew(conversation: ReadConversation, { verified }: Checked): ReadConversation {
  const observation = { ...conversation.observation, verified }
  return { ...conversation, observation, findings: diagnose(observation) }
}

function exitCodeOf({ kind, conversations }: Reading, checks: readonly Check[]): ExitCode {
  if (checks.some(({ result }) => result === 'wrong')) return ExitCode.REJECTED
  // What we print ourselves has the facts, and never a token.
  if (kind === 'debug' && conversations.length > 0) return ExitCode.OK
  const hasToken = conversations.some(({ steps }) => steps.some(({ token }) => isKnown(token)))
  return hasToken ? ExitCode.OK : ExitCode.NOT_OFFERED
}

function isKnown(token: DecodedToken | undefined): boolean {
  return token !== undefined && token.kind !== 'unknown'
}

function certificateIn(file: string): X509Certificate {
  try {
    return new X509Certificate(readFileSync(file))
  } catch {
    throw new CommandError(`${shown(file)} is no certificate that can be read.`, 'Give a file in PEM or DER.')
  }
}
