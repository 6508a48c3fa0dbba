import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { MEGABYTE, SCENARIOS, type Scenario } from './scenarios.js'

/** What the demonstration was asked for. */
export interface CommandLine {
  /** The server to show; without one, servers of our own. */
  remote?: { url: string; username: string; password: string; ca?: string }
  scenarios: readonly Scenario[]
  uploadSize: number
  help: boolean
}

export const HELP = `Shows authenticated requests, and what they are on the wire.

  npm start                                   with a server of its own, on loopback
  npm start -- https://intranet.corp/page     with that server

  --only get,post,upload,many   what to send (all)
  --upload-mb 64                size of the streamed upload
  --help

The credentials for a server of yours come from the environment:

  NTLM_USERNAME   DOMAIN\\user, user@dns.domain, .\\user or user
  NTLM_PASSWORD
  NTLM_CA         a PEM file to trust, if the certificate is from an authority Node does not know
`

/** A command line or an environment that leaves something open. Nothing has been sent. */
export class Unusable extends Error {
  readonly hint: string

  constructor(message: string, hint = 'npm start -- --help tells what there is.') {
    super(message)
    this.hint = hint
  }
}

/** @throws {Unusable} */
export function readCommandLine(args: readonly string[], environment: NodeJS.ProcessEnv): CommandLine {
  const { values, positionals } = parse(args)
  if (positionals.length > 1) throw new Unusable(`One URL at a time, please: ${positionals.join(' ')}`)
  const remote = positionals.length === 1 ? readRemote(positionals[0], environment) : undefined
  return {
    remote,
    scenarios: scenariosOf(values.only),
    uploadSize: sizeOf(values['upload-mb']),
    help: values.help,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        'upload-mb': { type: 'string', default: '64' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new Unusable(error instanceof Error ? error.message : String(error))
  }
}

function readRemote(url: string, environment: NodeJS.ProcessEnv): CommandLine['remote'] {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Unusable(`${url} is no http or https URL.`)
  }
  if (new URL(url).username !== '')
    throw new Unusable('Credentials come from the environment, not from the URL.')
  const { NTLM_USERNAME: username, NTLM_PASSWORD: password, NTLM_CA: ca } = environment
  const missing = Object.entries({ NTLM_USERNAME: username, NTLM_PASSWORD: password })
    .filter(([, value]) => !value)
    .map(([name]) => name)
  if (missing.length > 0) {
    throw new Unusable(
      `The credentials for ${new URL(url).host} are missing: set ${missing.join(' and ')}. Nothing was sent.`,
      `For example: NTLM_USERNAME='DOMAIN\\user' NTLM_PASSWORD='...' npm start -- ${url}`,
    )
  }
  return { url, username: username ?? '', password: password ?? '', ca: ca ? certificateIn(ca) : undefined }
}

function certificateIn(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Unusable(`NTLM_CA cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function scenariosOf(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return SCENARIOS
  const keys = only.split(',').map((key) => key.trim())
  const unknown = keys.find((key) => !SCENARIOS.some((scenario) => scenario.key === key))
  if (unknown !== undefined) {
    throw new Unusable(`--only knows ${SCENARIOS.map(({ key }) => key).join(', ')}, and not ${unknown}.`)
  }
  return SCENARIOS.filter(({ key }) => keys.includes(key))
}

function sizeOf(megabytes: string): number {
  const size = Number(megabytes) * MEGABYTE
  if (Number.isFinite(size) && size > 0) return Math.round(size)
  throw new Unusable(`--upload-mb is a number of megabytes, not ${megabytes}.`)
}
