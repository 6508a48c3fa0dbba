import { parseArgs } from 'node:util'
import { MEGABYTE, SCENARIOS, type Scenario } from './scenarios.js'

/** What the demonstration was asked for. */
export interface CommandLine {
  scenarios: readonly Scenario[]
  uploadSize: number
  help: boolean
}

export const HELP = `Shows authenticated requests, and what they are on the wire.

  npm start                                   with a server of its own, on loopback
  npm start -- https://intranet.corp/page     looks at that server: ntlmkit probe

  --only get,post,upload,many   what to send (all)
  --upload-mb 64                size of the streamed upload
  --help

To a server of yours only GET and HEAD are sent, and credentials once if there are any:
npm start -- probe --help
`

/** A command line that leaves something open. Nothing has been sent. */
export class Unusable extends Error {
  readonly hint: string

  constructor(message: string, hint = 'npm start -- --help tells what there is.') {
    super(message)
    this.hint = hint
  }
}

/**
 * The arguments for `ntlmkit probe` where a URL is among them, or the word itself; undefined for the demonstration,
 * which sends bodies, and those to servers of its own only.
 */
export function probeArguments(args: readonly string[]): string[] | undefined {
  if (args[0] === 'probe') return [...args]
  return args.some((arg) => /^https?:/i.test(arg)) ? ['probe', ...args] : undefined
}

/** @throws {Unusable} */
export function readCommandLine(args: readonly string[]): CommandLine {
  const values = parse(args)
  return {
    scenarios: scenariosOf(values.only),
    uploadSize: sizeOf(values['upload-mb']),
    help: values.help,
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        'upload-mb': { type: 'string', default: '64' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    throw new Unusable(error instanceof Error ? error.message : String(error))
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
