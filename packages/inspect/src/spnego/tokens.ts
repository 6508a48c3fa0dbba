import type { DecodedField, NtlmFacts } from '../decoded.js'
import type { Part } from '../part.js'
import { quoted } from '../part.js'
import { type Element, elementsOf, find, oidOf, Tag } from './der.js'
import { type MechToken, readMechToken } from './mech-token.js'
import { isKerberos, mechanismName, NTLM } from './mechanisms.js'

/** A NegTokenInit or a NegTokenResp, read as far as it can be. */
export interface ReadSpnego {
  readonly title: string
  readonly fields: readonly DecodedField[]
  readonly facts: NtlmFacts | undefined
}

/** RFC 4178 4.2.2, in the order of their values. */
const STATES = ['accept-completed', 'accept-incomplete', 'reject', 'request-mic']

/** RFC 4178 4.2.1, or NegTokenInit2 of [MS-SPNG] 2.2.1 with its hints: what the initiator offers. */
export function readInit(sequence: Part, problems: string[]): ReadSpnego {
  const parts = partsOf(sequence, problems)
  const fields: DecodedField[] = []
  const list = find(parts, Tag.CONTEXT_0)
  const mechanisms = list === undefined ? [] : partsOf(list.contents, problems)
  const oids = mechanisms.map(({ contents }) => oidOf(contents))
  if (list === undefined) problems.push('The NegTokenInit has no list of mechanisms.')
  else fields.push(mechTypes(list, mechanisms, oids))
  const flags = find(parts, Tag.CONTEXT_1)
  if (flags)
    fields.push(flags.whole.field('reqFlags', flags.contents.dump, { explanation: 'not used any more' }))
  const tokenPart = octets(find(parts, Tag.CONTEXT_2), problems)
  const token = tokenPart && readMechToken(tokenPart, problems)
  if (tokenPart) fields.push(tokenField('mechToken', tokenPart, token))
  const third = find(parts, Tag.CONTEXT_3)
  const isHints = third?.contents.u8(0) === Tag.SEQUENCE
  if (third && isHints) fields.push(hints(third, problems))
  const mic = octets(isHints ? find(parts, Tag.CONTEXT_4) : (third ?? find(parts, Tag.CONTEXT_4)), problems)
  if (mic) fields.push(micField(mic))
  if (token?.facts !== undefined && oids[0] !== NTLM)
    problems.push('The token is NTLM, and not of the mechanism that is offered first.')
  if (isKerberosTitle(token) && !isKerberos(oids[0]))
    problems.push('The token is Kerberos, and not of the mechanism that is offered first.')
  const name = `SPNEGO NegTokenInit${isHints ? '2' : ''}`
  return { title: titleOf(name, token, undefined), fields, facts: token?.facts }
}

/** RFC 4178 4.2.2: every token after the first. */
export function readResp(sequence: Part, problems: string[]): ReadSpnego {
  const parts = partsOf(sequence, problems)
  const fields: DecodedField[] = []
  const state = find(parts, Tag.CONTEXT_0)
  const stateName = state && stateOf(state, problems)
  if (state)
    fields.push(
      state.whole.field('negState', stateName ?? state.contents.dump, {
        problem: stateName === undefined ? 'is none of RFC 4178' : undefined,
      }),
    )
  const mechanism = find(parts, Tag.CONTEXT_1)
  if (mechanism) {
    const oid = oidOf(elementsOf(mechanism.contents, problems)[0]?.contents ?? mechanism.contents)
    fields.push(mechanism.whole.field('supportedMech', oid, { explanation: mechanismName(oid) }))
  }
  const tokenPart = octets(find(parts, Tag.CONTEXT_2), problems)
  const token = tokenPart && readMechToken(tokenPart, problems)
  if (tokenPart) fields.push(tokenField('responseToken', tokenPart, token))
  const mic = octets(find(parts, Tag.CONTEXT_3), problems)
  if (mic) fields.push(micField(mic))
  return { title: titleOf('SPNEGO NegTokenResp', token, stateName), fields, facts: token?.facts }
}

function isKerberosTitle(token: MechToken | undefined): boolean {
  return token?.title?.startsWith('Kerberos') ?? false
}

function titleOf(name: string, token: MechToken | undefined, state: string | undefined): string {
  if (token?.title !== undefined) return `${token.title} in a ${name}`
  return state === undefined ? name : `${name}: ${state}`
}

/** The elements of the one SEQUENCE that these bytes are. */
function partsOf(part: Part, problems: string[]): Element[] {
  const [sequence, ...rest] = elementsOf(part, problems)
  if (sequence?.tag !== Tag.SEQUENCE) {
    problems.push(`There is no SEQUENCE at ${part.offset}.`)
    return []
  }
  if (rest.length > 0) problems.push(`Bytes at ${rest[0]?.whole.offset} belong to nothing.`)
  return elementsOf(sequence.contents, problems)
}

function mechTypes(list: Element, mechanisms: readonly Element[], oids: readonly string[]): DecodedField {
  const fields = mechanisms.map(({ whole, tag }, at) => {
    const oid = oids[at] ?? ''
    const problem = tag === Tag.OBJECT_IDENTIFIER ? undefined : 'is no object identifier'
    return whole.field('mechType', oid, { explanation: mechanismName(oid) ?? 'unknown', problem })
  })
  const names = oids.map((oid) => mechanismName(oid)?.split(' ')[0] ?? oid)
  return list.whole.field('mechTypes', quoted(names.join(', ')), {
    explanation: 'the preferred one first',
    fields,
  })
}

function stateOf(state: Element, problems: string[]): string | undefined {
  const [value] = elementsOf(state.contents, problems)
  return value?.tag === Tag.ENUMERATED && value.contents.length === 1
    ? STATES[value.contents.u8(0)]
    : undefined
}

/** The contents of an OCTET STRING in a context tag. */
function octets(element: Element | undefined, problems: string[]): Part | undefined {
  if (element === undefined) return undefined
  const [inner] = elementsOf(element.contents, problems)
  return inner?.tag === Tag.OCTET_STRING ? inner.contents : element.contents
}

function tokenField(name: string, part: Part, token: MechToken | undefined): DecodedField {
  if (token?.title === undefined) return part.field(name, part.dump, { fields: token?.fields })
  return part.field(name, token.title, { fields: token.fields })
}

function micField(part: Part): DecodedField {
  return part.field('mechListMIC', part.dump, { explanation: 'over the list of mechanisms' })
}

/** negHints: every Windows server writes `not_defined_in_RFC4178@please_ignore`. */
function hints(element: Element, problems: string[]): DecodedField {
  const name = find(partsOf(element.contents, problems), Tag.CONTEXT_0)
  const text = name && elementsOf(name.contents, problems)[0]?.contents.ascii
  return element.whole.field('negHints', quoted(text ?? ''), { explanation: 'to be ignored' })
}
