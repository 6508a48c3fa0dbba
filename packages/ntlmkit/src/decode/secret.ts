import { ON_THE_COMMAND_LINE } from '../account/account.js'
import { askSecret } from '../account/ask.js'
import { CommandError } from '../command-error.js'
import type { Screen } from '../screen.js'
import type { Secret } from './checks.js'

/** The options that ask for the checks: `''` is without a value, which is asked for. */
export interface SecretOptions {
  password?: string | undefined
  ntHash?: string | undefined
}

/** @throws {CommandError} where it cannot be asked for, and for what is no NT hash. */
export async function secretFor(options: SecretOptions, screen: Screen): Promise<Secret | undefined> {
  const { password, ntHash } = options
  const { env } = screen.terminal
  if (password !== undefined) {
    if (password !== '') screen.warn(ON_THE_COMMAND_LINE)
    const given = password || env.NTLM_PASSWORD
    if (given === '') screen.warn('NTLM_PASSWORD is empty, and is checked as it is: unset it to be asked.')
    return { password: given ?? (await askSecret('password', 'Set NTLM_PASSWORD.', screen)) }
  }
  if (ntHash === undefined) return undefined
  if (ntHash !== '') screen.warn(ON_THE_COMMAND_LINE)
  const given = ntHash || env.NTLM_NT_HASH
  return { ntHash: hashOf(given ?? (await askSecret('NT hash', 'Set NTLM_NT_HASH.', screen))) }
}

function hashOf(text: string): Uint8Array {
  if (/^[0-9a-f]{32}$/i.test(text.trim())) return Buffer.from(text.trim(), 'hex')
  throw new CommandError('The NT hash is none.', 'It is 32 hex digits: MD4 of the password in UTF-16LE.')
}
