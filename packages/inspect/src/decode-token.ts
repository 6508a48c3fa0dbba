import type { DecodedField, DecodedToken, TokenKind } from './decoded.js'
import { isNtlm, readMessage, SIGNATURE } from './ntlm/message.js'
import { Part } from './part.js'
import { elementsOf, oidOf, Tag } from './spnego/der.js'
import { readMechToken } from './spnego/mech-token.js'
import { mechanismName, SPNEGO } from './spnego/mechanisms.js'
import { readInit, readResp } from './spnego/tokens.js'

/** More than anybody reads: a message that is all wrong has thousands. */
const MOST_PROBLEMS = 32

/** What every way of reading gives. */
type Read = Pick<DecodedToken, 'kind' | 'title' | 'fields' | 'ntlm'>

/**
 * Reads a token of the `NTLM` or `Negotiate` scheme as far as it can be read: NTLM, SPNEGO with NTLM or Kerberos in it, or
 * Kerberos alone. It never throws: what is wrong is among the problems. Responses, keys and checksums are shown in part.
 */
export function decodeToken(bytes: Uint8Array): DecodedToken {
  const problems: string[] = []
  const read = readToken(new Part(bytes), problems)
  return { ...read, bytes, problems: first([...problems, ...problemsOf(read.fields)]) }
}

function readToken(part: Part, problems: string[]): Read {
  if (part.length === 0) return unknown('The token is empty.', problems)
  if (isNtlm(part)) return ntlm(part, problems)
  switch (part.u8(0)) {
    case Tag.APPLICATION_0:
      return gss(part, problems)
    case Tag.CONTEXT_0:
      problems.push('The header of GSS-API around the NegTokenInit is missing.')
      return { kind: 'neg-token-init', ...spnego(readInit(single(part, problems), problems)) }
    case Tag.CONTEXT_1:
      return { kind: 'neg-token-resp', ...spnego(readResp(single(part, problems), problems)) }
  }
  const bare = readMechToken(part, problems)
  if (bare.title !== undefined) return { kind: 'kerberos', title: bare.title, fields: bare.fields }
  return elsewhere(part, problems)
}

function ntlm(part: Part, problems: string[]): Read {
  const { title, fields, facts } = readMessage(part, problems)
  return { kind: facts?.type ?? 'unknown', title, fields, ntlm: facts }
}

function gss(part: Part, problems: string[]): Read {
  const contents = single(part, problems)
  const [mechanism] = elementsOf(contents.slice(0, 64), [])
  if (mechanism?.tag !== Tag.OBJECT_IDENTIFIER)
    return unknown('A token of GSS-API begins with a mechanism, and this one does not.', problems)
  const oid = oidOf(mechanism.contents)
  if (oid === SPNEGO) {
    const inner = single(contents.slice(mechanism.whole.length), problems)
    const { title, fields, ntlm } = spnego(readInit(inner, problems))
    const thisMech = mechanism.whole.field('thisMech', oid, { explanation: mechanismName(oid) })
    return { kind: 'neg-token-init', title, ntlm, fields: [thisMech, ...fields] }
  }
  const { title = `GSS-API token of ${oid}`, fields, facts } = readMechToken(part, problems)
  const kind: TokenKind = facts?.type ?? (title.startsWith('Kerberos') ? 'kerberos' : 'unknown')
  return { kind, title, fields, ntlm: facts }
}

function spnego({ title, fields, facts }: ReturnType<typeof readInit>): Omit<Read, 'kind'> {
  return { title, fields, ntlm: facts }
}

/** The contents of the one element that these bytes should be. */
function single(part: Part, problems: string[]): Part {
  const [element, next] = elementsOf(part, problems)
  if (next !== undefined)
    problems.push(`${part.offset + part.length - next.whole.offset} bytes behind the token's end.`)
  return element?.contents ?? part.slice(0, 0)
}

/** An NTLM message that something else is in front of, as a protocol other than HTTP would have. */
function elsewhere(part: Part, problems: string[]): Read {
  const at = part.slice(0, 4096).ascii.indexOf(SIGNATURE)
  if (at > 0) {
    problems.push(`NTLM begins only at byte ${at}.`)
    return ntlm(part.slice(at), problems)
  }
  return unknown(
    'It begins neither as NTLM (NTLMSSP) nor as SPNEGO (60 or a1) nor as Kerberos does.',
    problems,
    part,
  )
}

function unknown(problem: string, problems: string[], part?: Part): Read {
  problems.push(problem)
  return { kind: 'unknown', title: 'Unknown token', fields: part ? [part.field('bytes', part.dump)] : [] }
}

function first(problems: readonly string[]): readonly string[] {
  const left = problems.length - MOST_PROBLEMS
  return left > 0 ? [...problems.slice(0, MOST_PROBLEMS), `And ${left} more.`] : problems
}

/** The problems of single fields, with their names. */
function problemsOf(fields: readonly DecodedField[]): string[] {
  return fields.flatMap(({ name, problem, fields: parts = [] }) => [
    ...(problem === undefined ? [] : [`${name}: ${problem}.`]),
    ...problemsOf(parts),
  ])
}
