// Accounts of the domain whose password is right and whose log-on is refused all the same.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./samba-attributes.py', import.meta.url))

/** Seconds between 1601 and 1970. */
const EPOCH = 11_644_473_600
/** A FILETIME in decimal, as attributes have it. */
const filetime = (milliseconds) => `${Math.round(milliseconds / 1000) + EPOCH}0000000`

const DISABLED = 0x0202
const account = (user) => ({ domain: 'LAB', user, password: 'Right-Password-9' })

/** The workstation from which `restricted` may log on. */
export const allowedWorkstation = 'OFFICE-1'

export const disabled = account('disabled')
export const expired = account('expired')
export const locked = account('locked')
export const mustChange = account('mustchange')
export const restricted = account('restricted')

export const troubledAccounts = [disabled, expired, locked, mustChange, restricted]

/**
 * Brings the accounts into the trouble that they are called after; they are there already.
 *
 * @param {string} dir of the Samba
 * @param {string} configFile
 */
export async function troubleAccounts(dir, configFile) {
  const now = Date.now()
  const attributes = {
    [disabled.user]: { userAccountControl: `${DISABLED}` },
    [expired.user]: { accountExpires: filetime(now - 86_400_000) },
    [locked.user]: { lockoutTime: filetime(now) },
    [mustChange.user]: { pwdLastSet: '0' },
    [restricted.user]: { userWorkstations: allowedWorkstation },
  }
  await new Promise((resolve, reject) => {
    // The distribution's own interpreter: Samba's bindings are packaged for no other.
    const args = [script, configFile, join(dir, 'dc', 'private', 'sam.ldb')]
    const child = execFile('/usr/bin/python3', args, (error) => {
      if (error === null) resolve(undefined)
      else reject(new Error(`lab: samba-attributes.py: ${error.message}`))
    })
    child.stdin?.end(JSON.stringify(attributes))
  })
}
