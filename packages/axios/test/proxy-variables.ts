import { vi } from 'vitest'

const NAMES = [
  'http',
  'https',
  'all',
  'no',
  'npm_config_http',
  'npm_config_https',
  'npm_config',
  'npm_config_no',
]

/** Takes from the environment of one test whatever any axios reads of proxies. */
export function clearProxyVariables(): void {
  for (const name of NAMES.map((prefix) => `${prefix}_proxy`)) {
    vi.stubEnv(name, undefined)
    vi.stubEnv(name.toUpperCase(), undefined)
  }
}
