import { execFile } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Debian's build; the flags keep it from looking beyond the page it is sent to. */
const FLAGS = [
  '--headless',
  // Root has no other way, and the pages are ours.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export interface Visit {
  username: string
  password: string
  /** A certificate, PEM, to be taken as valid. */
  trusted?: string
}

/**
 * Opens a page in a headless browser of its own, and returns the DOM once the page has loaded. The credentials go with
 * the URL, without which a browser would ask its user: Chromium decodes them and answers the first challenge with them.
 */
export async function domOf(url: string, { username, password, trusted }: Visit): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'ntlmkit-chromium-'))
  const target = new URL(url)
  target.username = encodeURIComponent(username)
  target.password = encodeURIComponent(password)
  const trust = trusted === undefined ? [] : [`--ignore-certificate-errors-spki-list=${pinOf(trusted)}`]
  try {
    const args = [...FLAGS, ...trust, `--user-data-dir=${profile}`, '--dump-dom', target.href]
    const { stdout } = await run('/usr/bin/chromium', args, { timeout: 45_000, maxBuffer: 8 << 20 })
    return stdout
  } finally {
    // Its last processes may still write there.
    await rm(profile, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** The digest Chromium knows a key by. */
function pinOf(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64')
}
