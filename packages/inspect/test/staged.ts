import {
  AvId,
  type AvPair,
  encodeAuthenticate,
  encodeAvPairs,
  encodeChallenge,
  encodeNegotiate,
  Flag,
} from '@ntlmkit/core'
import { diagnose } from '../src/index.js'
import type { Observation, SeenExchange } from '../src/observation.js'

export const HTTP = 'http://web1.lab.test'
export const HTTPS = 'https://web1.lab.test'
/** The time at which everything staged takes place. */
export const NOW = Date.UTC(2026, 5, 1, 12)

const FLAGS = Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_NTLM | Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY

export interface Names {
  netbiosComputer?: string
  netbiosDomain?: string
  dnsComputer?: string
  dnsDomain?: string
  dnsForest?: string
}

export const LAB: Names = {
  netbiosComputer: 'WEB1',
  netbiosDomain: 'LAB',
  dnsComputer: 'web1.lab.test',
  dnsDomain: 'lab.test',
  dnsForest: 'lab.test',
}

const AV_IDS: Record<keyof Names, number> = {
  netbiosComputer: AvId.NB_COMPUTER_NAME,
  netbiosDomain: AvId.NB_DOMAIN_NAME,
  dnsComputer: AvId.DNS_COMPUTER_NAME,
  dnsDomain: AvId.DNS_DOMAIN_NAME,
  dnsForest: AvId.DNS_TREE_NAME,
}

const utf16 = (text: string) => Buffer.from(text, 'utf16le')

export const negotiate = () =>
  encodeNegotiate({ flags: FLAGS, domain: '', workstation: '' }).toString('base64')

/** A CHALLENGE; `at` is the server's clock. */
export function challenge(names: Names = LAB, at?: number): string {
  const targetInfo: AvPair[] = Object.entries(names).map(([name, value]) => {
    return { id: AV_IDS[name as keyof Names], value: utf16(value) }
  })
  if (at !== undefined) targetInfo.push({ id: AvId.TIMESTAMP, value: filetime(at) })
  const flags = FLAGS | Flag.NEGOTIATE_TARGET_INFO
  const message = {
    flags,
    targetName: names.netbiosDomain ?? '',
    serverChallenge: Buffer.alloc(8, 1),
    targetInfo,
  }
  return encodeChallenge(message).toString('base64')
}

/** A CHALLENGE of a server of old. */
export function oldChallenge(): string {
  const flags = Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_NTLM
  return encodeChallenge({ flags, targetName: 'LAB', serverChallenge: Buffer.alloc(8, 1) }).toString('base64')
}

function filetime(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(milliseconds) * 10_000n + 116_444_736_000_000_000n)
  return bytes
}

export interface Answer {
  domain?: string
  user?: string
  workstation?: string
  /** Hex. */
  binding?: string
  response?: 'ntlm-v2' | 'ntlm-v1' | 'anonymous'
}

export function authenticate(answer: Answer = {}): string {
  const { domain = 'LAB', user = 'alice', workstation = '', binding, response = 'ntlm-v2' } = answer
  const pairs = encodeAvPairs(
    binding === undefined ? [] : [{ id: AvId.CHANNEL_BINDINGS, value: Buffer.from(binding, 'hex') }],
  )
  const proof = {
    'ntlm-v2': Buffer.concat([
      Buffer.alloc(16, 2),
      Buffer.from([1, 1]),
      Buffer.alloc(26),
      pairs,
      Buffer.alloc(4),
    ]),
    'ntlm-v1': Buffer.alloc(24, 3),
    anonymous: Buffer.alloc(0),
  }
  const flags = response === 'anonymous' ? FLAGS | Flag.ANONYMOUS : FLAGS
  return encodeAuthenticate({
    flags,
    lmResponse: Buffer.alloc(response === 'anonymous' ? 1 : 24),
    ntResponse: proof[response],
    domain: response === 'anonymous' ? '' : domain,
    user: response === 'anonymous' ? '' : user,
    workstation,
    encryptedRandomSessionKey: Buffer.alloc(0),
  }).toString('base64')
}

/** A GET on connection 1 that was answered 401, unless said otherwise. */
export function exchange(seen: Partial<SeenExchange> = {}): SeenExchange {
  return { connection: 1, method: 'GET', url: '/', request: {}, status: 401, httpVersion: '1.1', ...seen }
}

export const offering = (...schemes: string[]) => ({ 'www-authenticate': schemes })

/** NEGOTIATE, CHALLENGE, AUTHENTICATE and what came of that: another 401 by default. */
export function logOn(
  { names = LAB, at, answer = {} }: { names?: Names; at?: number; answer?: Answer } = {},
  last: Partial<SeenExchange> = {},
): SeenExchange[] {
  return [
    exchange({
      request: { authorization: `NTLM ${negotiate()}` },
      response: offering(`NTLM ${challenge(names, at)}`),
      sentAt: NOW,
      answeredAt: NOW,
    }),
    exchange({
      request: { authorization: `NTLM ${authenticate(answer)}` },
      response: offering('Negotiate', 'NTLM'),
      sentAt: NOW,
      answeredAt: NOW,
      ...last,
    }),
  ]
}

/** An observation of the exchanges, at the http origin unless said otherwise. */
export function observed(exchanges: readonly SeenExchange[], more: Partial<Observation> = {}): Observation {
  return { origin: HTTP, exchanges, ...more }
}

export const idsOf = (observation: Observation) => diagnose(observation).map(({ id }) => id)

/** The finding of this id; undefined where it is not shown. */
export const findingOf = (observation: Observation, id: string) =>
  diagnose(observation).find((finding) => finding.id === id)
