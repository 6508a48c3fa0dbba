// Debian packages for the laboratory, installed without starting a single system service.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

const policyFile = '/usr/sbin/policy-rc.d'
const savedPolicyFile = '/usr/sbin/policy-rc.d.before-ntlmkit-lab'
const policyMark = '# ntlmkit laboratory: no service may start while packages are installed'

const aptOptions = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300']
const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }

/**
 * Installs Debian packages (as root) unless dpkg says they are there. The maintainer scripts may not start a
 * service: a policy-rc.d that answers 101 is in place meanwhile; what was there before comes back afterwards.
 *
 * @param {string[]} names
 * @returns {Promise<string[]>} the packages that were missing
 */
export async function install(names) {
  const missing = await missingPackages(names)
  if (missing.length === 0) {
    console.log(`lab packages: all ${names.length} installed`)
    return missing
  }
  console.log(`lab packages: installing ${missing.join(' ')}`)
  if (!(await areKnown(missing))) await apt(['update'])
  forbidServices()
  try {
    await installOrRefresh(missing)
  } finally {
    restorePolicy()
  }
  return missing
}

/** @param {string[]} names */
async function missingPackages(names) {
  const format = `\${Package} \${db:Status-Status}\n`
  // dpkg-query exits 1 as soon as one name is unknown to it; what it printed still holds.
  const { stdout } = await run('dpkg-query', ['-W', '-f', format, ...names]).catch((error) => error)
  const installed = new Set(
    String(stdout)
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  )
  return names.filter((name) => !installed.has(name))
}

/** @param {string[]} names */
async function areKnown(names) {
  const { stdout } = await run('apt-cache', ['policy', ...names], { env: environment })
  const candidates = stdout.match(/^ {2}Candidate: (?!\(none\))/gm) ?? []
  return candidates.length === names.length
}

/** @param {string[]} names */
async function installOrRefresh(names) {
  try {
    await apt(['install', ...names])
  } catch {
    // Lists older than the mirror name versions that are gone from it.
    await apt(['update'])
    await apt(['install', ...names])
  }
}

/** @param {string[]} args */
async function apt(args) {
  try {
    await run('apt-get', [...aptOptions, ...args], { env: environment, maxBuffer: 64 << 20 })
  } catch (error) {
    throw new Error(`lab: apt-get ${args.join(' ')} failed: ${String(error.stderr).slice(-2000)}`, {
      cause: error,
    })
  }
}

function forbidServices() {
  // A file with our mark is what a killed run left behind, not the machine's own policy.
  if (existsSync(policyFile) && !readFileSync(policyFile, 'utf8').includes(policyMark)) {
    renameSync(policyFile, savedPolicyFile)
  }
  writeFileSync(policyFile, `#!/bin/sh\n${policyMark}\nexit 101\n`, { mode: 0o755 })
}

function restorePolicy() {
  rmSync(policyFile, { force: true })
  if (existsSync(savedPolicyFile)) renameSync(savedPolicyFile, policyFile)
}
