/** The options that people write by hand, in the spelling of Node and agentkeepalive. */
const WRITTEN = [
  'ALPNProtocols',
  'checkServerIdentity',
  'ciphers',
  'freeSocketTimeout',
  'keepAlive',
  'keepAliveMsecs',
  'localAddress',
  'lookup',
  'maxCachedSessions',
  'maxFreeSockets',
  'maxSockets',
  'maxTotalSockets',
  'maxVersion',
  'minVersion',
  'passphrase',
  'rejectUnauthorized',
  'scheduling',
  'servername',
  'socketActiveTTL',
  'timeout',
] as const

/**
 * The option that was meant, where a name is none and nearly one. Node ignores what it does not know, and so would the
 * limit be that somebody wrote; other names are left to it: it has more than anybody would list.
 */
export function meantOption(name: string): string | undefined {
  if ((WRITTEN as readonly string[]).includes(name)) return undefined
  return WRITTEN.find((option) => isNearly(name.toLowerCase(), option.toLowerCase()))
}

/** One letter in six may be wrong, missing or too many. */
function isNearly(name: string, option: string): boolean {
  const most = Math.floor(option.length / 6)
  return Math.abs(name.length - option.length) <= most && distance(name, option) <= most
}

/** Levenshtein's: the letters to change, to add and to leave out. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const changed = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[to.length]
}
