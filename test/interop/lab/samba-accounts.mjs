// Provisioning of the domain and its accounts through samba-tool, skipped where a directory has them already.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { domain, realm, sambaAddress, sambaConfig } from './samba-config.mjs'

const run = promisify(execFile)

export const administratorPassword = 'Adm1n-of-the-lab'

/**
 * @param {string} dir
 * @returns {Promise<string>} the configuration file
 */
export async function provision(dir) {
  const configFile = join(dir, 'smb.conf')
  const doneFile = join(dir, 'provisioned')
  const config = sambaConfig(dir)
  writeFileSync(configFile, config)
  if (existsSync(doneFile) && readFileSync(doneFile, 'utf8') === config) return configFile
  for (const old of ['dc', 'accounts.json', 'provisioned']) {
    rmSync(join(dir, old), { recursive: true, force: true })
  }
  mkdirSync(join(dir, 'run'), { recursive: true })
  await sambaTool(configFile, [
    ...['domain', 'provision', `--targetdir=${join(dir, 'dc')}`],
    ...[`--realm=${realm}`, `--domain=${domain}`, '--host-name=DC1', `--host-ip=${sambaAddress}`],
    ...['--server-role=dc', '--dns-backend=SAMBA_INTERNAL', `--adminpass=${administratorPassword}`],
  ])
  await sambaTool(configFile, [
    ...['domain', 'passwordsettings', 'set', '--complexity=off', '--history-length=0'],
    ...['--min-pwd-length=0', '--min-pwd-age=0', '--max-pwd-age=0', '--account-lockout-threshold=0'],
  ])
  // Written last: a directory of an interrupted run is made anew.
  writeFileSync(doneFile, config)
  return configFile
}

/**
 * @param {string} dir
 * @param {string} configFile
 * @param {import('./user-file.mjs').User[]} users
 */
export async function createUsers(dir, configFile, users) {
  const accountsFile = join(dir, 'accounts.json')
  const passwords = existsSync(accountsFile) ? JSON.parse(readFileSync(accountsFile, 'utf8')) : {}
  for (const account of users) {
    if (account.domain !== domain) throw new Error(`lab: ${account.user} is not of domain ${domain}`)
    const { user, password } = account
    if (passwords[user] === password) continue
    if (passwords[user] === undefined) await sambaTool(configFile, ['user', 'create', user, password])
    else await sambaTool(configFile, ['user', 'setpassword', user, `--newpassword=${password}`])
    passwords[user] = password
    writeFileSync(accountsFile, JSON.stringify(passwords))
  }
}

/**
 * @param {string} configFile
 * @param {string[]} args
 */
async function sambaTool(configFile, args) {
  try {
    await run('/usr/bin/samba-tool', [...args, `--configfile=${configFile}`], {
      // Arguments are decoded by locale, and in "C" a name beyond ASCII does not survive.
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      maxBuffer: 16 << 20,
    })
  } catch (error) {
    throw new Error(`lab: samba-tool ${args.slice(0, 3).join(' ')}: ${error.stderr}`, { cause: error })
  }
}
