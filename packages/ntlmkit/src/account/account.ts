import { readFileSync } from 'node:fs'
import { shown } from '@ntlmkit/core'
import { CommandError } from '../command-error.js'
import type { Screen } from '../screen.js'
import { askSecret } from './ask.js'
import { netrcEntry } from './netrc.js'
import type { AccountOptions } from './options.js'

/** Whose log-on it is. */
export interface Account {
  readonly username: string
  readonly password: string
}

export const ON_THE_COMMAND_LINE =
  'a password on the command line can be read by everybody on this machine. Leave it out: it is asked for.'

const ELSEWHERE = 'Set NTLM_PASSWORD, or name a netrc file with --netrc.'
const OF_ANOTHER =
  'NTLM_PASSWORD belongs to NTLM_USERNAME, another user: set both, or name a netrc file with --netrc.'

/**
 * The account that the options and the environment name; undefined where they name none.
 *
 * @throws {CommandError} where a part of it is missing, and nobody can be asked.
 */
export async function accountFor(
  url: URL,
  { user, netrc }: AccountOptions,
  screen: Screen,
): Promise<Account | undefined> {
  const { env } = screen.terminal
  const entry = netrc === undefined ? undefined : readNetrc(netrc, url.hostname)
  const [name, given] = splitUser(user)
  if (given !== undefined) screen.warn(ON_THE_COMMAND_LINE)
  const username = name ?? (env.NTLM_USERNAME || undefined) ?? entry?.login
  if (username === undefined) return undefined
  checkBackslashes(username, name === undefined ? '' : '--user ')
  const isEntrys = entry?.login === undefined || entry.login === username
  const isOthers = Boolean(env.NTLM_USERNAME) && env.NTLM_USERNAME !== username
  const fromEnvironment = isOthers ? undefined : env.NTLM_PASSWORD
  const password = given ?? fromEnvironment ?? (isEntrys ? entry?.password : undefined)
  if (password === undefined) {
    const elsewhere = isOthers ? OF_ANOTHER : ELSEWHERE
    return { username, password: await askSecret(`password of ${username}`, elsewhere, screen) }
  }
  if (password === '') screen.warn(emptyPassword(given, fromEnvironment))
  return { username, password }
}

/** An empty password is one, and spends a log-on: whoever did not mean it is to know why it fails. */
function emptyPassword(given: string | undefined, ofEnvironment: string | undefined): string {
  if (given !== undefined) return 'the password behind --user is empty, and is tried as it is.'
  if (ofEnvironment !== undefined)
    return 'NTLM_PASSWORD is empty, and is tried as it is: unset it to be asked.'
  return 'the password in the netrc file is empty, and is tried as it is.'
}

/** Whoever knows source text writes two; between the quotes of a shell, and in a file, they are two. */
function checkBackslashes(username: string, option: string): void {
  const [whole, domain, user] = /^([^\\]*)\\{2,}(.*)$/s.exec(username) ?? []
  if (whole === undefined) return
  throw new CommandError(
    `The user name '${shown(username)}' has more than one backslash.`,
    `One is meant: ${option}'${shown(domain)}\\${shown(user)}'`,
  )
}

/** `user:password`, as curl has it: a user name has no colon. */
function splitUser(user: string | undefined): [name: string | undefined, password: string | undefined] {
  const colon = user?.indexOf(':') ?? -1
  return user === undefined || colon < 0 ? [user, undefined] : [user.slice(0, colon), user.slice(colon + 1)]
}

function readNetrc(file: string, machine: string): ReturnType<typeof netrcEntry> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new CommandError(
      `The netrc file ${shown(file)} cannot be read.`,
      'Look at its path and permissions.',
    )
  }
  const entry = netrcEntry(text, machine)
  if (entry) return entry
  throw new CommandError(
    `The netrc file ${shown(file)} has no entry for ${shown(machine)}.`,
    `Add "machine ${shown(machine)} login DOMAIN\\user password ..." to it.`,
  )
}
