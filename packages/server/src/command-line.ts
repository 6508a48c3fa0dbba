import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { NtlmError, shown } from '@ntlmkit/core'
import { didYouMean, FLAGS, inFlags, kebab } from './command-flags.js'
import { configError } from './option-rules.js'
import type { NtlmServerOptions } from './server-options.js'

/** The wishes that the command was started with. */
export interface CommandLine {
  help: boolean
  debug: boolean
  /** No account was named: there is nobody to serve. */
  isEmpty: boolean
  port: number
  /** Where to write the certificate. */
  caFile: string | undefined
  options: NtlmServerOptions
}

/** The options that `--mode` can set, each with what it may be. */
const MODES = {
  anonymous: 'PATH, again for more',
  channelBinding: 'off, accept, require',
  close: 'on-401, with-challenge, after-challenge',
  closeTimes: 'NUMBER',
  delay: 'MILLISECONDS',
  flags: 'NUMBER',
  head: 'unframed, 200, 404, 405',
  http2: 'reset, challenge',
  idleTimeout: 'MILLISECONDS',
  joined: '',
  keepAliveHeader: '',
  kernelMode: '',
  malformed: 'truncated, empty, offset, length, signature, type, random, not-base64',
  mechListMic: 'require, accept',
  mic: 'require, accept',
  oem: '',
  offerAlways: '',
  offers: 'CHALLENGE, again for more',
  persist: 'connection, request, NUMBER',
  persistentAuthHeader: '',
  proxy: '',
  refusalChunked: '',
  refusalSize: 'BYTES',
  schemes: 'ntlm, negotiate, again for more',
  targetInfo: 'false',
  targetInfoPadding: 'BYTES',
  timestamp: 'false',
} as const satisfies Partial<Record<keyof NtlmServerOptions, string>>

const LISTS: ReadonlySet<string> = new Set(['anonymous', 'offers', 'schemes'])

/**
 * The defaults that are the command's own: those of a Windows server. It stands in for one before any client, also
 * before curl, wget and others that send no MIC; a server in a test is there to check its client.
 */
const LIKE_WINDOWS: Partial<NtlmServerOptions> = { mic: 'accept', channelBinding: 'accept' }

export function helpOf(name: string): string {
  return `Usage: ${name} --user 'DOMAIN\\user:password' [options]

Asks for NTLM and echoes what arrived. For tests and development: no domain
controller is asked. A MIC and a channel binding are checked where a client
sends them, and not required, as by Windows.

  --user DOMAIN\\user:password  who gets in; again for more
  --port NUMBER                default: one that is free
  --host ADDRESS               default: 127.0.0.1
  --allow-remote               lets --host be one that other machines can reach
  --tls                        https, with a certificate made on the fly
  --tls-signature NAME         rsa, rsa-pss, ecdsa
  --tls-hash NAME              sha256, sha384, sha512
  --tls-key FILE               https, with a certificate of your own: the key
  --tls-cert FILE              and the certificate
  --write-ca FILE              writes the certificate, for clients to trust
  --mode NAME[=VALUE]          how to behave; again for more
  --debug                      prints every request
  --help

Modes:

${Object.entries(MODES)
  .map(([name, values]) => ` ${kebab(name)}${values === '' ? '' : `=${values}`}`)
  .join('\n')}

Examples:

  ${name} --user 'LAB\\alice:made-up' --port 8080 --debug
  ${name} --user 'LAB\\alice:made-up' --tls --write-ca ca.pem
  ${name} --user 'LAB\\alice:made-up' --mode mic=require
`
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for what cannot be made out. */
export function readCommandLine(args: readonly string[], name: string): CommandLine {
  const { values } = parse(args, seeHelpOf(name))
  const options: NtlmServerOptions = {
    users: usersOf(values.user ?? []),
    host: values.host,
    allowRemote: values['allow-remote'],
    tls: tlsOf(values),
    keepLog: false,
    ...LIKE_WINDOWS,
    ...modesOf(values.mode ?? [], seeHelpOf(name)),
  }
  const { help = false, debug = false } = values
  return {
    help,
    debug,
    isEmpty: values.user === undefined,
    port: portOf(values.port),
    caFile: values['write-ca'],
    options,
  }
}

function parse(args: readonly string[], seeHelp: string) {
  try {
    return parseArgs({
      args: [...args],
      options: FLAGS,
    })
  } catch (error) {
    throw configError(complaint(error), `${nearFlag(error)}${seeHelp}`)
  }
}

/**
 * Node repeats what it does not know: it may be a user and a password whose `--user` was forgotten. A name is repeated
 * only where it is near one that there is.
 */
function complaint(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return 'An argument stands without its option.'
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return shown(message)
  return `There is no option ${nearFlag(error) === '' ? 'of that name' : `--${unknownFlag(error)}`}.`
}

function nearFlag(error: unknown): string {
  const name = unknownFlag(error)
  return name === undefined ? '' : didYouMean(name, Object.keys(FLAGS), (flag) => `--${flag}`)
}

function unknownFlag(error: unknown): string | undefined {
  return /^Unknown option '--([a-z-]{1,30})/i.exec((error as Error).message)?.[1]
}

function seeHelpOf(name: string): string {
  return `${name} --help tells what there is.`
}

function usersOf(users: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    users.map((user, index) => {
      const colon = user.indexOf(':')
      if (colon > 0) return [user.slice(0, colon), user.slice(colon + 1)]
      throw configError(`--user number ${index + 1} has no password.`, "Write it as 'DOMAIN\\user:password'.")
    }),
  )
}

function portOf(port: string | undefined): number {
  const number = Number(port ?? 0)
  if (Number.isInteger(number) && number >= 0 && number <= 65_535 && port !== '') return number
  throw configError(
    `--port is ${Number.isNaN(number) ? 'no number' : number}.`,
    'It is a number up to 65535.',
  )
}

function tlsOf(values: ReturnType<typeof parse>['values']): NtlmServerOptions['tls'] {
  const { 'tls-key': key, 'tls-cert': cert, 'tls-signature': signature, 'tls-hash': hash } = values
  const given = { key: key && contentsOf(key), cert: cert && contentsOf(cert), signature, hash }
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined)
  // Checked, like every other option, when the server is made.
  return chosen.length > 0 ? (Object.fromEntries(chosen) as NtlmServerOptions['tls']) : values.tls
}

function contentsOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw configError(`${shown(file)} cannot be read.`, 'See the cause: what the system said.', cause)
  }
}

function modesOf(modes: readonly string[], seeHelp: string): Partial<NtlmServerOptions> {
  const options: Record<string, unknown> = {}
  for (const mode of modes) {
    const [name, value] = splitAtFirst(mode, '=')
    const option = Object.keys(MODES).find((known) => kebab(known) === name)
    if (option === undefined)
      throw configError(
        'There is no mode of that name.',
        `${didYouMean(name, Object.keys(MODES).map(kebab), (mode) => `--mode ${mode}`)}${seeHelp}`,
      )
    if (LISTS.has(option))
      options[option] = [...((options[option] as string[] | undefined) ?? []), value ?? '']
    else options[option] = modeValue(value)
    if (value === undefined && needsValue(option as keyof typeof MODES)) {
      throw configError(
        `--mode ${name} has no value.`,
        `Write it as --mode ${name}=VALUE: ${MODES[option as keyof typeof MODES]}.`,
      )
    }
  }
  return options
}

/** Those that take `true` are set by their name alone. */
function needsValue(option: keyof typeof MODES): boolean {
  return MODES[option] !== ''
}

function modeValue(text: string | undefined): unknown {
  if (text === undefined || text === 'true') return true
  if (text === 'false') return false
  return /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : text
}

function splitAtFirst(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** An error in two lines, for a terminal. */
export function told(error: unknown): string {
  if (error instanceof NtlmError) return `${inFlags(error.message)}\n${inFlags(error.hint)}`
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException
  return `${shown(message)}\n${SYSTEM_HINTS[code] ?? 'Look at the host, the port and the files that were named.'}`
}

const SYSTEM_HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Somebody listens there: choose another --port, or none for one that is free.',
  EACCES: 'That is not allowed: choose a --port above 1023, or another file.',
}
