import {
  AvId,
  decodeAuthenticate,
  decodeChallenge,
  decodeNegotiate,
  decodeSpnego,
  Flag,
  findAvPair,
  messageType,
  shown,
} from '@ntlmkit/core'
import { decodeToken, type NtlmFacts } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { AV_IDS } from '../src/ntlm/av-pairs.js'
import { FLAGS } from '../src/ntlm/flags.js'
import { shown as shownHere } from '../src/shown.js'
import { TOKENS } from './fixtures.js'

describe('the tables of core and of this package are the same', () => {
  it('flags', () => {
    const named = FLAGS.flatMap(([name], bit) => (name.startsWith('RESERVED') ? [] : [[name, 2 ** bit]]))

    expect(Object.fromEntries(named)).toEqual(Flag)
  })

  it('every bit has a name of its own', () => {
    expect(new Set(FLAGS.map(([name]) => name)).size).toBe(32)
  })

  it('AV pairs', () => {
    const ids = Object.entries(AvId).map(([name, id]) => [id, name.replaceAll('_', '').toLowerCase()])

    expect(ids).toEqual(AV_IDS.map(([name], id) => [id, name.toLowerCase()]))
  })

  it.each(['alice', 'a\u202eb', '\u001b[31m', 'x'.repeat(300)])('what is shown of %j', (text) => {
    const alike = (written: string) => written.replaceAll(/\\u(?:\{[\da-f]+\}|[\da-f]{4})/g, '?')

    expect(alike(shownHere(text))).toBe(alike(shown(text)))
  })
})

describe('what core reads, this package reads alike', () => {
  const messages = TOKENS.map(({ origin, token }) => ({
    origin,
    bytes: ntlmIn(Buffer.from(token, 'base64')),
  }))
  const valid = messages.flatMap(({ origin, bytes }) => {
    const facts = bytes && factsOfCore(bytes)
    return facts === undefined ? [] : [[origin, bytes, facts] as const]
  })

  it('which are most of the tokens of any origin', () => {
    expect(valid.length).toBeGreaterThan(100)
  })

  it.each(valid)('%s', (_origin, bytes, facts) => {
    expect(decodeToken(bytes ?? Buffer.alloc(0)).ntlm).toMatchObject(facts)
  })
})

/** The NTLM message of a token, out of its SPNEGO. */
function ntlmIn(token: Buffer): Buffer | undefined {
  if (token[0] === 0x4e) return token
  try {
    const spnego = decodeSpnego(token)
    const inner = spnego.kind === 'init' ? spnego.mechToken : spnego.responseToken
    return inner?.[0] === 0x4e ? Buffer.from(inner) : undefined
  } catch {
    return undefined
  }
}

/** What core reads; undefined where it refuses the message, or a name is in the wrong character set. */
function factsOfCore(bytes: Buffer): Partial<NtlmFacts> | undefined {
  if (decodeToken(bytes).problems.some((problem) => problem.includes('looks like'))) return undefined
  try {
    return READERS[messageType(bytes)](bytes)
  } catch {
    return undefined
  }
}

const READERS = {
  1: (bytes: Buffer): Partial<NtlmFacts> => {
    const { flags, version } = decodeNegotiate(bytes)
    return { type: 'negotiate', flags, ...versionOf(version) }
  },
  2: (bytes: Buffer): Partial<NtlmFacts> => {
    const { flags, targetName, targetInfo = [], version } = decodeChallenge(bytes)
    const name = (id: number) => {
      const value = findAvPair(targetInfo, id)
      return value && Buffer.from(value).toString('utf16le')
    }
    const facts = {
      targetName,
      netbiosDomain: name(AvId.NB_DOMAIN_NAME),
      netbiosComputer: name(AvId.NB_COMPUTER_NAME),
      dnsDomain: name(AvId.DNS_DOMAIN_NAME),
      dnsComputer: name(AvId.DNS_COMPUTER_NAME),
      dnsForest: name(AvId.DNS_TREE_NAME),
    }
    const present = Object.entries(facts).filter(([, value]) => value !== undefined)
    return { type: 'challenge', flags, ...versionOf(version), ...Object.fromEntries(present) }
  },
  3: (bytes: Buffer): Partial<NtlmFacts> => {
    const { flags, domain, user, workstation, version, mic } = decodeAuthenticate(bytes)
    return {
      type: 'authenticate',
      flags,
      domain,
      user,
      workstation,
      hasMic: mic !== undefined,
      ...versionOf(version),
    }
  },
}

function versionOf(version: Uint8Array | undefined): Partial<NtlmFacts> {
  if (version === undefined || version.every((octet) => octet === 0)) return {}
  return { version: `${version[0]}.${version[1]}.${version[2] + 256 * version[3]}` }
}
