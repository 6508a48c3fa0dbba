import type { NtlmFacts } from './decoded.js'

const SIGNATURE = 'NTLMSSP\0'
const TYPES = [undefined, 'negotiate', 'challenge', 'authenticate'] as const
/** AV pairs that are names ([MS-NLMP] 2.2.2.1). */
const NAMES = [
  undefined,
  'netbiosComputer',
  'netbiosDomain',
  'dnsComputer',
  'dnsDomain',
  'dnsForest',
] as const
/** Milliseconds between 1601 and 1970. */
const EPOCH = 11_644_473_600_000n

/** The facts of the NTLM message in the value of an authentication field, wrapped in SPNEGO or not. */
export function ntlmFactsOf(fieldValue: string): NtlmFacts | undefined {
  const raw = bytesOf(fieldValue)
  const start = raw.indexOf(SIGNATURE)
  if (start < 0) return undefined
  const bytes = Uint8Array.from(raw.slice(start), (character) => character.charCodeAt(0))
  const type = TYPES[bytes[8]]
  if (type === undefined) return undefined
  const view = new DataView(bytes.buffer)
  const u16 = (at: number) => (at + 2 <= bytes.length ? view.getUint16(at, true) : 0)
  const u32 = (at: number) => (at + 4 <= bytes.length ? view.getUint32(at, true) : 0)
  const field = (at: number) => bytes.subarray(u32(at + 4), u32(at + 4) + u16(at))
  const flags = u32(type === 'negotiate' ? 12 : type === 'challenge' ? 20 : 60)
  const text = (value: Uint8Array) => new TextDecoder(flags & 1 ? 'utf-16le' : 'latin1').decode(value)
  if (type === 'negotiate') return { type, flags }
  if (type === 'challenge') return { type, flags, targetName: text(field(12)), ...pairsOf(field(40)) }
  const answer = field(20)
  const isV2 = answer.length > 24
  const response =
    answer.length === 0 ? 'anonymous' : isV2 ? 'ntlm-v2' : flags & 0x80000 ? 'ntlm-v1-ess' : 'ntlm-v1'
  const names = { domain: text(field(28)), user: text(field(36)), workstation: text(field(44)) }
  return { type, flags, response, ...names, ...(isV2 ? boundOf(answer.subarray(44)) : {}) }
}

function pairsOf(bytes: Uint8Array): Partial<NtlmFacts> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const facts: Record<string, string | number> = {}
  for (const [id, value] of pairs(bytes)) {
    const name = NAMES[id]
    if (name !== undefined) facts[name] = new TextDecoder('utf-16le').decode(value)
    if (id !== 7 || value.length !== 8) continue
    const ticks = view.getBigUint64(value.byteOffset - bytes.byteOffset, true)
    facts.timestamp = Number(ticks / 10_000n - EPOCH)
  }
  return facts
}

function boundOf(bytes: Uint8Array): Partial<NtlmFacts> {
  const facts: Record<string, string> = {}
  for (const [id, value] of pairs(bytes)) {
    if (id === 10) facts.channelBinding = [...value].map((b) => b.toString(16).padStart(2, '0')).join('')
    if (id === 9) facts.servicePrincipal = new TextDecoder('utf-16le').decode(value)
  }
  return facts
}

function* pairs(bytes: Uint8Array): Generator<[number, Uint8Array]> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const id = bytes[at] | (bytes[at + 1] << 8)
    const length = bytes[at + 2] | (bytes[at + 3] << 8)
    if (id === 0) return
    yield [id, bytes.subarray(at + 4, at + 4 + length)]
    at += 4 + length
  }
}

/** The bytes after the scheme, a character each; none of what is no base64. */
export function bytesOf(fieldValue: string): string {
  try {
    return atob(fieldValue.slice(0, 1 << 18).replace(/^\s*[\w-]+\s+/, ''))
  } catch {
    return ''
  }
}
