import { namedScheme } from '../named-scheme.js'
import { ntlmFactsOf } from '../ntlm-facts.js'
import type { SeenExchange, ToldLeg } from '../observation.js'
import { isKerberos } from '../spnego-answer.js'

/** The fields that a diagnosis needs. Every other may be a secret by a name that nobody knows: none is kept. */
const KEPT = new Set([
  'authorization',
  'connection',
  'content-type',
  'date',
  'host',
  'keep-alive',
  'location',
  'persistent-auth',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'server',
  'strict-transport-security',
  'user-agent',
  'via',
  'www-authenticate',
  'x-forms_based_auth_accepted',
  'x-forms_based_auth_required',
])

/** What stands for credentials of which not even the scheme is known. */
const UNNAMED = '(not kept)'

const CREDENTIALS = /^(?:proxy-)?authorization$/
const ADDRESSES = /^(?:location|x-forms_based_auth_required)$/

/** What is kept of a field's value; undefined for a field that is not. The name is in lower case. */
export function keptOf(name: string, value: string): string | undefined {
  if (!KEPT.has(name)) return undefined
  if (CREDENTIALS.test(name)) return ofOurs(value)
  if (ADDRESSES.test(name)) return withoutSecrets(value)
  return name === 'host' ? value.slice(value.lastIndexOf('@') + 1) : value
}

/** Another scheme's credentials are reduced to the scheme. */
function ofOurs(value: string): string {
  const scheme = namedScheme(value) ?? UNNAMED
  return /^(?:ntlm|negotiate)$/i.test(scheme) ? value : scheme
}

/** An exchange without the tokens of its request, and with what they tell. A NEGOTIATE holds no secret, and stays. */
export function withoutCredentials(exchange: SeenExchange): SeenExchange {
  const tokens = Object.entries(exchange.request).flatMap(([name, field]) =>
    CREDENTIALS.test(name) ? [field ?? []].flat() : [],
  )
  const message = tokens.map(ntlmFactsOf).find((facts) => facts?.type === 'authenticate')
  const phase: ToldLeg['phase'] = message ? 'authenticate' : tokens.some(isKerberos) ? 'kerberos' : undefined
  const request = Object.entries(exchange.request).map(([name, field]) => {
    if (!CREDENTIALS.test(name) || field === undefined) return [name, field]
    return [name, typeof field === 'string' ? schemeOnly(field) : field.map(schemeOnly)]
  })
  const told = phase === undefined ? exchange.told : { ...exchange.told, phase, message }
  return { ...exchange, request: Object.fromEntries(request), told }
}

function schemeOnly(value: string): string {
  return ntlmFactsOf(value)?.type === 'negotiate' ? value : (namedScheme(value) ?? UNNAMED)
}

/** A URL or a path without what may be secret in it: userinfo, parameters, query and fragment. */
export function withoutSecrets(url: string): string {
  if (!/^[a-z][a-z\d+.-]*:[\\/]/i.test(url)) return withoutUserinfo(url)
  try {
    const { protocol, host, pathname } = new URL(url)
    return withoutUserinfo(`${protocol}//${host}${pathname}`)
  } catch {
    // Where the userinfo ends is not known then.
    return ''
  }
}

/** By hand where there is no parser: of a path, of an authority, of a URL within a path. */
function withoutUserinfo(text: string): string {
  const [path = ''] = text.split(/[?#]/, 1)
  return path.replaceAll(/;[^/]*/g, '').replaceAll(/(^|\/\/)[^/@]*@/g, '$1')
}
