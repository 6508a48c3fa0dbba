import { validateHeaderName, validateHeaderValue } from 'node:http'
import { shown } from '@ntlmkit/core'
import { CommandError } from '../command-error.js'

/** Fields of ours: with them on a request, nobody would log on. */
const REFUSED: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization'])

/**
 * The lines of `-H`, by name; a name that comes again has several values.
 *
 * @throws {CommandError} for a line that is no field, and for credentials.
 */
export function headersOf(lines: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {}
  for (const [index, line] of lines.entries()) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim()
    const value = line.slice(colon + 1).trim()
    check(name, value, index)
    const known = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name
    headers[known] = [...(headers[known] ?? []), value]
  }
  return headers
}

function check(name: string, value: string, index: number): void {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch {
    throw new CommandError(`--header number ${index + 1} is no field.`, "Write it as 'Name: value'.")
  }
  if (!REFUSED.has(name.toLowerCase())) return
  throw new CommandError(
    `A request with a field ${shown(name)} of its own is not authenticated.`,
    'Leave the field out: the log-on is made for you.',
  )
}
