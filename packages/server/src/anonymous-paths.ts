import type { IncomingMessage } from 'node:http'
import { shown } from '@ntlmkit/core'
import { configError } from './option-rules.js'
import { pathOf } from './request-record.js'

/** Paths that need no authentication, `/public/*` with all below; or a predicate. */
export type AnonymousPaths = readonly string[] | ((request: IncomingMessage) => boolean)

/** @throws {NtlmError} ERR_NTLM_CONFIG for a path that no request can be let in by. */
export function anonymousPredicate(anonymous: AnonymousPaths = []): (request: IncomingMessage) => boolean {
  if (typeof anonymous === 'function') return decisive(anonymous)
  for (const path of anonymous) {
    if (readAlike(path.endsWith('/*') ? path.slice(0, -1) : path)) continue
    throw configError(
      `The anonymous path ${shown(path)} is not plain.`,
      "It begins with '/', ends before the query, and has no dot segments, no ';', no '//', and nothing of that encoded.",
    )
  }
  return (request) => {
    const [path] = pathOf(request).split('?', 1)
    return readAlike(path) && anonymous.some((known) => covers(known, path))
  }
}

/** A promise is truthy: taken for a yes, an asynchronous predicate would open every path. */
function decisive(predicate: (request: IncomingMessage) => unknown): (request: IncomingMessage) => boolean {
  return (request) => {
    const decision = predicate(request)
    if (typeof decision === 'boolean') return decision
    throw configError('The anonymous function gave neither true nor false.', 'It cannot be asynchronous.')
  }
}

function covers(known: string, path: string): boolean {
  return known.endsWith('/*') ? path.startsWith(known.slice(0, -1)) : path === known
}

/**
 * True for a path that every reader takes for the same one, whether it decodes, resolves dot segments, joins slashes,
 * cuts parameters off or does nothing of that. Any other may be `/public/x` here and `/private` to the handler, so it
 * is not anonymous, however it begins. So is a target in absolute form (RFC 9112 3.2.2).
 */
function readAlike(path: string): boolean {
  if (!VISIBLE_ASCII.test(path)) return false
  const [before, ...segments] = path.split('/')
  // An empty segment is good for a path that ends with a slash, and for nothing else.
  return before === '' && segments.every((each, at) => isPlain(each, at === segments.length - 1))
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/
/** Characters that divide paths somewhere, `%` as what is left of something encoded twice, and those unseen. */
const DIVIDES = /[/\\;?#%\p{C}]/u
/** Dot segments, and what Windows makes them of: it drops dots and spaces at the end of a name. */
const DOTS = /^[.\s]+$/u

function isPlain(segment: string, last: boolean): boolean {
  if (segment === '') return last
  try {
    // Compatible forms are folded by some file systems: U+FF0E is a full stop to them, U+FF0F a slash.
    const decoded = decodeURIComponent(segment).normalize('NFKC')
    return !DIVIDES.test(decoded) && !DOTS.test(decoded)
  } catch {
    // `%zz`, `%u002e`, and UTF-8 that is none, such as the overlong `%c0%ae`.
    return false
  }
}
