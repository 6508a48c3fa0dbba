import { nearestName } from '@ntlmkit/core'
import { TLS_OPTIONS } from '@ntlmkit/transport'
import { CONNECTION_OPTIONS } from './carried-options.js'

/**
 * The options that people write by hand, in the spelling of Node and agentkeepalive. For packages that adapt a client: they
 * say where these go.
 */
export const AGENT_OPTIONS: readonly string[] = [
  ...TLS_OPTIONS,
  ...CONNECTION_OPTIONS,
  'ALPNProtocols',
  'keepAlive',
  'maxCachedSessions',
  'path',
  'port',
  'session',
  'via',
]

/** One letter in six may be wrong: what is no mistake may not be refused. */
const LETTERS_A_MISTAKE = 6

/**
 * The option that was meant, where a name is none and nearly one. Node ignores what it does not know, and so would the
 * limit be that somebody wrote; other names are left to it: it has more than anybody would list.
 */
export function meantOption(name: string): string | undefined {
  const nearest = nearestName(name, AGENT_OPTIONS, LETTERS_A_MISTAKE)
  return nearest === name ? undefined : nearest
}
