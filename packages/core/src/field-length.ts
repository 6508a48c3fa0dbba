import { badOption } from './errors.js'

/** UTF-16 code units whose number of bytes fits the length of a field ([MS-NLMP] 2.2.1.3). */
const MAX_CODE_UNITS = 0xffff >> 1

/**
 * Checks that a text fits one field of the AUTHENTICATE, where it is given and not first in a handshake.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for one that is longer.
 */
export function checkFieldLength(name: string, text: string): void {
  if (text.length <= MAX_CODE_UNITS) return
  throw badOption(
    `The ${name} has ${text.length} characters, more than fit its field.`,
    `NTLM has room for ${MAX_CODE_UNITS}. Look at where the ${name} comes from.`,
  )
}
