import type { DecodedField, NtlmFacts } from '../decoded.js'
import type { Part } from '../part.js'
import { dateOf } from './filetime.js'
import { hex32 } from './flags.js'
import { nameField, unicodeName } from './names.js'

/** The AvIds of [MS-NLMP] 2.2.2.1 in their order, without their MsvAv, and what they are. */
export const AV_IDS: readonly (readonly [name: string, meaning: string])[] = [
  ['EOL', 'the end of the list'],
  ['NbComputerName', "the server's NetBIOS name"],
  ['NbDomainName', "the server's NetBIOS domain"],
  ['DnsComputerName', "the server's DNS name"],
  ['DnsDomainName', "the server's DNS domain"],
  ['DnsTreeName', 'the forest'],
  ['Flags', ''],
  ['Timestamp', "the server's time; wants a MIC"],
  ['SingleHost', 'of the client, for log-ons to the same machine'],
  ['TargetName', 'the SPN that the client means'],
  ['ChannelBindings', "MD5 over the hash of the server's certificate"],
]

/** The facts that the names are, by AvId. */
const FACTS = [
  undefined,
  'netbiosComputer',
  'netbiosDomain',
  'dnsComputer',
  'dnsDomain',
  'dnsForest',
] as const

const FLAGS_ID = 6
const TIMESTAMP_ID = 7
const TARGET_NAME_ID = 9
const BINDINGS_ID = 10

/** Lengths that the specification fixes. */
const LENGTHS: Readonly<Record<number, number>> = { 0: 0, 6: 4, 7: 8, 8: 48, 10: 16 }

/** The bits of MsvAvFlags. */
const AV_FLAGS = [
  'the account is constrained',
  'the message has a MIC',
  'the SPN comes from an untrusted source',
]
export const AV_FLAG_MIC = 2

/** What an AV pair list tells. */
export type AvFacts = {
  -readonly [Key in keyof NtlmFacts]?: NtlmFacts[Key]
} & { avFlags?: number }

export interface AvPairList {
  readonly fields: readonly DecodedField[]
  readonly facts: AvFacts
  /** What is wrong with the list as such. */
  readonly problem: string | undefined
  /** Bytes up to the end of the list. */
  readonly length: number
}

/** Reads an AV pair list ([MS-NLMP] 2.2.2.1) as far as it goes. Only the first pair of an id counts, as for Windows. */
export function avPairsOf(list: Part): AvPairList {
  const fields: DecodedField[] = []
  const facts: AvFacts = {}
  const seen = new Set<number>()
  for (let at = 0; at + 4 <= list.length; ) {
    const id = list.u16(at)
    const length = list.u16(at + 2)
    const pair = list.slice(at, at + 4 + length)
    const isRepeated = seen.has(id)
    seen.add(id)
    const value = pair.slice(4)
    const read = pairField(id, pair, value, isRepeated ? {} : facts)
    const problem = isRepeated ? 'a second one, which nobody reads' : read.problem
    const isCut = value.length < length
    fields.push({
      ...read,
      problem: isCut ? `${length} bytes are announced, ${value.length} are there` : problem,
    })
    at += 4 + length
    if (id === 0) return { fields, facts, problem: undefined, length: at }
  }
  return { fields, facts, problem: 'the list has no MsvAvEOL', length: list.length }
}

function pairField(id: number, pair: Part, value: Part, facts: AvFacts): DecodedField {
  const [name, explanation] = AV_IDS[id] ?? [`(${id})`, 'unknown']
  const title = `MsvAv${name}`
  const wanted = LENGTHS[id]
  if (wanted !== undefined && wanted !== value.length) {
    return pair.field(title, value.dump, { explanation, problem: `${value.length} bytes, not ${wanted}` })
  }
  const fact = FACTS[id]
  if (fact !== undefined || id === TARGET_NAME_ID) {
    const read = unicodeName(value)
    facts[fact ?? 'servicePrincipal'] = read.text
    return nameField(title, pair, read, explanation)
  }
  if (id === FLAGS_ID) return flagsField(title, pair, value, facts)
  if (id === TIMESTAMP_ID) {
    const { value: date, milliseconds } = dateOf(value.u64(0))
    facts.timestamp = milliseconds
    return pair.field(title, date, { explanation })
  }
  if (id !== BINDINGS_ID) return pair.field(title, value.dump, { explanation })
  facts.channelBinding = value.hex
  return pair.field(title, value.hex, { explanation: value.isZero ? 'none' : explanation })
}

function flagsField(title: string, pair: Part, value: Part, facts: AvFacts): DecodedField {
  const flags = value.u32(0)
  facts.avFlags = flags
  const set = AV_FLAGS.filter((_, bit) => (flags >>> bit) & 1)
  return pair.field(title, hex32(flags), { explanation: set.join('; ') || 'none' })
}
