// The accounts gss-ntlmssp accepts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} User
 * @property {string} domain
 * @property {string} user
 * @property {string} password
 */

/**
 * @param {string} dir
 * @param {User[]} users
 * @returns {string} its path
 */
export function writeUserFile(dir, users) {
  const file = join(dir, 'users')
  writeFileSync(file, users.map(userLine).join(''))
  return file
}

/** @param {User} user */
function userLine({ domain, user, password }) {
  // With a third colon gss-ntlmssp reads the line as one of smbpasswd and finds no such user.
  if (/[:\n]/.test(`${domain}${user}${password}`)) throw new Error(`lab: colon in the account of ${user}`)
  return `${domain}:${user}:${password}\n`
}

/** @param {string} userFile */
export function gssNtlmsspEnvironment(userFile) {
  return {
    NTLM_USER_FILE: userFile,
    NETBIOS_COMPUTER_NAME: 'WEB1',
    // What gss-ntlmssp calls "no domain". With a real name it would accept NTLMv1.
    NETBIOS_DOMAIN_NAME: 'WORKSTATION',
  }
}
