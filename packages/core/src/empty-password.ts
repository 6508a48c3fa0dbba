import { debuglog } from 'node:util'
import { shown } from './shown.js'

/** MD4 of nothing: the NT hash of an empty password. */
const EMPTY = Buffer.from('31d6cfe0d16ae931b73c59d7e0c089c0', 'hex')

const debug = debuglog('ntlmkit')

export function isEmptyPassword(ntHash: Buffer): boolean {
  return ntHash.equals(EMPTY)
}

/**
 * Says under NODE_DEBUG=ntlmkit that a password is empty: an account may have such a one, and a variable that was set to
 * nothing looks the same. Decision 016.
 */
export function tellEmptyPassword(ntHash: Buffer, account: { toString(): string }): void {
  if (debug.enabled && isEmptyPassword(ntHash))
    debug('the password of %s is empty', shown(account.toString()))
}
