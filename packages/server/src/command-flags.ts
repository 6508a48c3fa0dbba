import { nearestName } from '@ntlmkit/core'

/** The options of the server as parseArgs knows them: one place says which there are. */
export const FLAGS = {
  user: { type: 'string', multiple: true },
  port: { type: 'string' },
  host: { type: 'string' },
  'allow-remote': { type: 'boolean' },
  tls: { type: 'boolean' },
  'tls-signature': { type: 'string' },
  'tls-hash': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-cert': { type: 'string' },
  'write-ca': { type: 'string' },
  mode: { type: 'string', multiple: true },
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** As a command line has it: `channelBinding` is `channel-binding`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** A suggestion with a space behind it, for a flag or mode that there is none of; empty where none is near. */
export function didYouMean(name: string, known: Iterable<string>, written: (name: string) => string): string {
  const meant = nearestName(name, known)
  return meant === undefined ? '' : `Did you mean ${written(meant)}? `
}

/** What the server says of its options, as one who gave flags would read it. */
export function inFlags(text: string): string {
  return text
    .replace(/\ballowRemote: true\b/g, '--allow-remote')
    .replace(/\btls: true\b/g, '--tls')
    .replace(/\btls\.(key|cert|hash|signature)\b/g, '--tls-$1')
    .replace(/\b(\w+): '(\w+)'/g, (_, name: string, value: string) => `--mode ${kebab(name)}=${value}`)
    .replace(/^The (--\S+) option\b/, '$1')
    .replace(/^The (host|tls) option\b/, '--$1')
    .replace(/^The (\w+) option\b/, (_, name: string) => `--mode ${kebab(name)}`)
}
