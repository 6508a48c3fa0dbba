import { badOption, type NtlmError } from './errors.js'
import { checkFieldLength } from './field-length.js'
import { shown } from './shown.js'

/** The user and domain fields of the AUTHENTICATE message. */
export interface AccountName {
  user: string
  domain: string
}

/** The letter behind a backslash for which a string of JavaScript, JSON or YAML has these characters instead. */
const LOST_BACKSLASH: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
}

/**
 * Splits a user name into the fields that are sent: `DOMAIN\user` at its first backslash; `user@dns.domain` stays
 * whole in the user field with an empty domain, as Windows sends it, whatever domain stands beside it.
 *
 * @param domain for a bare user name, or the one that is in the username already; empty is none.
 * @throws {NtlmError} ERR_NTLM_CONFIG for a name that is empty, is longer than its field can be, has a slash or a control character where a backslash was
 *   meant, has two of those, or names another domain than the option.
 */
export function parseAccountName(username: string, domain?: string | null): AccountName {
  // First: whatever looks at a name looks at all of it.
  checkFieldLength('username', username)
  if (domain) checkFieldLength('domain', domain)
  checkCharacters('username', username)
  if (domain) checkCharacters('domain', domain)
  const backslash = username.indexOf('\\')
  const named = username.slice(0, Math.max(backslash, 0))
  const user = username.slice(backslash + 1)
  if (user === '') {
    throw badOption('The username is empty.', `Give one: ${ONE}`)
  }
  if (user.startsWith('\\')) throw tooManyBackslashes(named, user.replace(/^\\+/, ''))
  if (backslash < 0 && user.includes('@')) return { user, domain: '' }
  if (backslash < 0) checkSlash(user)
  if (!domain) return { user, domain: named }
  if (named === '' || named.toLowerCase() === domain.toLowerCase()) return { user, domain }
  throw badOption(
    `The domain option '${shown(domain)}' contradicts the username, which names '${shown(named)}'.`,
    'Name the domain once: in the username, or in the domain option beside a bare user name.',
  )
}

/** In words: the name as it is has the look of the right one in source text. */
function tooManyBackslashes(domain: string, user: string): NtlmError {
  const where =
    domain === '' || user === '' ? 'in a row' : `in a row between ${shown(domain)} and ${shown(user)}`
  return badOption(
    `The username has more than one backslash ${where}.`,
    `One is meant: ${spelling(domain, user)}`,
  )
}

function checkSlash(user: string): void {
  const slash = user.indexOf('/')
  if (slash < 0) return
  throw badOption(
    `The username '${shown(user)}' has a slash, and no account has one.`,
    `A backslash sets off the domain: ${spelling(user.slice(0, slash), user.slice(slash + 1))}`,
  )
}

function checkCharacters(name: string, text: string): void {
  const at = text.search(/\p{Cc}/u)
  if (at < 0) return
  const [before, character, after] = [text.slice(0, at), text[at], text.slice(at + 1)]
  if (/^[\r\n\t\0]*$/.test(after)) {
    throw badOption(
      `The ${name} ends with a control character: '${shown(text)}'.`,
      'Trim it: what is read from a file or a prompt ends with a line break.',
    )
  }
  const letter = LOST_BACKSLASH[character]
  throw badOption(
    `The ${name} has a control character: '${shown(text)}'.`,
    letter === undefined || name !== 'username'
      ? 'Give the name as Windows shows it: it has none.'
      : `A backslash was lost: ${spelling(before, letter + after)}`,
  )
}

const ONE =
  "write 'DOMAIN\\\\user' in JavaScript source, DOMAIN\\user in a shell or a file, or user@dns.domain in any."

/** Both ways of writing it, each with its place: only source text has the backslash twice. */
function spelling(domain: string, user: string): string {
  if (domain === '' || user === '') return ONE
  const name = `${shown(domain)}\\${shown(user)}`
  const source = name.replaceAll('\\', '\\\\')
  return `write '${source}' in JavaScript source, ${name} in a shell or a file.`
}
