// A private Samba AD domain controller, and ntlm_auth, through which it judges tokens.
import { execFile, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { accepts, startProgram, stopDirectory } from './process.mjs'
import { administratorPassword, createUsers, provision } from './samba-accounts.mjs'
import { domain } from './samba-config.mjs'

const run = promisify(execFile)

export const sambaPackages = [
  'samba',
  'samba-ad-dc',
  'samba-ad-provision',
  'samba-dsdb-modules',
  'samba-vfs-modules',
  'winbind',
]

const ntlmAuthCommand = '/usr/bin/ntlm_auth'
const winbinddDir = '/run/samba/winbindd'

/** The longest socket Samba makes below its directory has a path of 40 characters more; Unix allows 107. */
const longestDir = 65

/**
 * Starts the domain LAB (realm LAB.TEST) on 127.0.10.1. A directory it was started in before keeps its
 * domain, so only new accounts take time. There can be one on a machine, and none beside a system's winbindd.
 *
 * @param {string} dir for this instance alone; made when it is not there
 * @param {{ users: import('./user-file.mjs').User[] }} options all of domain LAB
 */
export async function startSamba(dir, { users }) {
  if (dir.length > longestDir) throw new Error(`lab: longer than ${longestDir} characters: ${dir}`)
  mkdirSync(dir, { recursive: true })
  await stopDirectory(dir)
  if (await accepts({ path: join(winbinddDir, 'pipe') })) throw new Error('lab: another winbindd is running')
  const configFile = await provision(dir)
  await createUsers(dir, configFile, users)
  mkdirSync(winbinddDir, { recursive: true })
  const { pid, stop } = await startProgram({
    name: 'samba',
    dir,
    command: '/usr/sbin/samba',
    args: ['--foreground', `--configfile=${configFile}`],
    ready: () => knowsAdministrator(configFile),
    timeoutMs: 60_000,
  })
  return { ...attachSamba(dir), pid, stop }
}

/**
 * The use of a domain that is running already.
 *
 * @param {string} dir
 */
export function attachSamba(dir) {
  const configFile = join(dir, 'smb.conf')
  return {
    configFile,
    /** @param {string[]} args of ntlm_auth, without --configfile */
    ntlmAuth(args) {
      return spawn(ntlmAuthCommand, [`--configfile=${configFile}`, ...args], { stdio: 'pipe' })
    },
  }
}

/** @param {string} configFile */
async function knowsAdministrator(configFile) {
  const account = [`--domain=${domain}`, '--username=Administrator', `--password=${administratorPassword}`]
  try {
    await run(ntlmAuthCommand, [`--configfile=${configFile}`, ...account])
    return true
  } catch {
    return false
  }
}
