// Runs the tests of docs/decoder in a real browser: one that is there, or Debian's Chromium, installed where that can be.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { install } from '../interop/lab/packages.mjs'
import { runVitest } from '../run-vitest.mjs'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const browser = BROWSERS.find((file) => existsSync(file)) ?? (await installed())

runVitest(
  ['--config', fileURLToPath(new URL('vitest.config.ts', import.meta.url)), ...process.argv.slice(2)],
  {
    NTLMKIT_BROWSER: browser,
  },
)

async function installed() {
  const missing = [
    existsSync('/etc/debian_version') ? undefined : 'Debian',
    process.getuid?.() === 0 ? undefined : 'root',
  ].filter((need) => need !== undefined)
  if (missing.length === 0) {
    await install(['chromium'])
    return BROWSERS[0]
  }
  const told = `The tests of the page need one of ${BROWSERS.join(', ')}; installing it needs ${missing.join(' and ')}`
  // Nobody reads the log of a run that passed.
  console.log(process.env.CI ? `${told}.` : `${told}: skipped.`)
  process.exit(process.env.CI ? 1 : 0)
}
