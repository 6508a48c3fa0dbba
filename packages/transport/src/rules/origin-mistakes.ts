import { inspect, types } from 'node:util'
import { type NtlmError, shown } from '@ntlmkit/core'
import { badOption } from './failures.js'

/** The text of a pattern: a string as it is, of a URL object (of any realm) what it stands for. */
export function textOf(pattern: unknown): string | undefined {
  if (typeof pattern === 'string') return pattern
  return Object.prototype.toString.call(pattern) === '[object URL]' ? (pattern as URL).href : undefined
}

/**
 * Reads one pattern of the `origins` option.
 *
 * @param text what is read of it, where that is not all: a wildcard without its star.
 * @throws {NtlmError} ERR_NTLM_CONFIG for what is no origin, with the origin that was meant where that can be told.
 */
export function originOf(pattern: unknown, text = textOf(pattern)): URL {
  if (text === undefined) throw otherKind(pattern, 'has')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && isOrigin(url)) return url
  throw noOrigin(textOf(pattern)!, url)
}

/** ERR_NTLM_CONFIG: the `origins` option is absent, empty, or of a kind that it does not take. */
export function badOrigins(origins: unknown): NtlmError {
  if (origins === undefined || origins === null) return badOption('The origins option is missing.', NAME_THEM)
  if (Array.isArray(origins)) {
    return badOption('The origins option is an empty list: nobody would get the credentials.', NAME_THEM)
  }
  return otherKind(origins, 'is')
}

/** ERR_NTLM_CONFIG: URL reads what is left of `*.0.0.1` as an address, of which no other is a part. */
export function wildcardOnAddress(text: string): NtlmError {
  return badOption(
    `The origins option has '${shown(text)}': an IP address has no subdomains.`,
    "List each address whole ('http://10.0.0.1'), or give a function: (origin) => /^http:\\/\\/10\\.0\\.0\\.\\d+$/.test(origin).",
  )
}

const NAME_THEM =
  "Name who may get the credentials: origins: 'https://intranet.corp', a list, a predicate, or '*'."
const WHAT_IS_ONE =
  "An origin is a scheme, a host and perhaps a port: 'https://intranet.corp', 'https://*.corp:8443'."

function isOrigin(url: URL): boolean {
  const { protocol, hostname, pathname, search, hash, username, password } = url
  const isBare = pathname === '/' && !search && !hash && !username && !password
  return /^https?:$/.test(protocol) && isBare && !/[*,]/.test(hostname)
}

function otherKind(value: unknown, verb: 'has' | 'is'): NtlmError {
  const message = (kind: string) => `The origins option ${verb} ${kind}, which is no origin.`
  if (types.isRegExp(value)) {
    const pattern = new RegExp(value.source, value.flags.replace(/[gy]/g, ''))
    return badOption(
      message('a RegExp'),
      `Write 'https://*.corp' for all hosts below corp, or a function: (origin) => ${shown(String(pattern))}.test(origin), anchored with ^ and $.`,
    )
  }
  if (typeof value === 'function') {
    return badOption(
      message('a function in its list'),
      'Give the function alone: it is asked for every origin.',
    )
  }
  if (Array.isArray(value)) return badOption(message('a list in its list'), 'Give one list: [...a, ...b].')
  const kind = value === null || value === undefined ? String(value) : `a value of type ${typeof value}`
  return badOption(message(kind), WHAT_IS_ONE)
}

/** Who writes a URL may have written a password into it: no text with an `@` is repeated, nor a query. */
function noOrigin(text: string, url: URL | undefined): NtlmError {
  const refused = (what: string, hint: string) => badOption(`The origins option has ${what}`, hint)
  if (text.trim() === '') return refused('an empty string, which is no origin.', WHAT_IS_ONE)
  const several = text.trim().split(/[\s,;]+/)
  const meant = several.map(meantOrigin)
  if (several.length > 1 && !meant.includes(undefined)) {
    return refused('several in one string, which is no origin.', `Write a list: ${inspect(meant)}.`)
  }
  const one = several.length === 1 ? meant[0] : undefined
  const what = `${seen(text, one)}, which is no origin`
  if (text.includes('*') && one === undefined) {
    return refused(`${what}.`, "A star stands for subdomains: 'https://*.corp'. '*' alone is every origin.")
  }
  if (one === undefined) return refused(`${what}.`, WHAT_IS_ONE)
  const [fault, advice] = faultOf(text, url)
  return refused(`${what}: it has ${fault}.`, `${advice}: write '${one}'.`)
}

function faultOf(text: string, url: URL | undefined): [fault: string, advice: string] {
  const isNamed = /^(?:https?|wss?):|^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim())
  if (!isNamed || url === undefined) return ['no scheme', 'An origin begins with its scheme']
  if (url.username || url.password) return ['credentials', 'Give those as username and password']
  if (!/^https?:$/.test(url.protocol)) {
    return [`the scheme ${url.protocol.slice(0, -1)}`, 'Origins are http or https, WebSockets too']
  }
  return [url.pathname === '/' ? 'a query or a fragment' : 'a path', 'An origin ends with its host or port']
}

function seen(text: string, meant: string | undefined): string {
  if (meant === undefined) return 'a string'
  if (text.includes('@')) return 'one with an @'
  const [beforeQuery] = text.trim().split(/[?#]/)
  return `'${shown(beforeQuery)}'`
}

const PARTS =
  /^(?:(https?|wss?)(?::\/*|\/+)|([a-z][a-z0-9+.-]*):\/\/|\/\/)?(?:[^@/?#]*@)?([^@/?#]+)([/?#].*)?$/is
const LOCAL = /^(?:localhost|127\.[\d.]+|\[::1\])(?::|$)/i
/** A host as people write it. One label alone is one in small letters or in capitals: others may be anything. */
const HOST =
  /^(?:\*\.)?(?:[a-z][a-z0-9-]*|[A-Z][A-Z0-9-]*|[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+|\[[\da-f:.]+\])(?::\d{1,5})?$/u

/** The origin that a text names beside what does not belong there; undefined where that cannot be told. */
function meantOrigin(text: string): string | undefined {
  const [, http = '', other = '', host = '', rest = ''] = PARTS.exec(text.trim()) ?? []
  // Behind a slash it may belong to a password that was not encoded.
  if (rest.includes('@') || !HOST.test(host) || other.toLowerCase() === 'file') return undefined
  const isPlain = http === '' ? LOCAL.test(host) || host.endsWith(':80') : /^(?:http|ws)$/i.test(http)
  const origin = `${isPlain ? 'http' : 'https'}://${host.replace('*.', '')}`
  if (!URL.canParse(origin)) return undefined
  const url = new URL(origin)
  return `${url.protocol}//${host.startsWith('*.') ? '*.' : ''}${url.host}`
}
