import { describe, expect, it } from 'vitest'
import { NAMES, TIMESTAMP, USUAL_FLAGS } from '../../../../test/hostile/challenge-tokens.js'
import type { Credential } from '../../src/credentials.js'
import type { NtlmError } from '../../src/errors.js'
import { Flag, flagNames, hasFlags } from '../../src/ntlm/flags.js'
import { NtlmInitiator, type NtlmInitiatorOptions } from '../../src/ntlm/initiator.js'
import { decodeAuthenticate, encodeChallenge } from '../../src/ntlm/messages.js'
import { credentialOf } from './conversation.js'

/** Every flag that changes what an initiator does. */
const DECISIVE = [
  Flag.NEGOTIATE_UNICODE,
  Flag.NEGOTIATE_SIGN,
  Flag.NEGOTIATE_SEAL,
  Flag.NEGOTIATE_DATAGRAM,
  Flag.NEGOTIATE_LM_KEY,
  Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY,
  Flag.NEGOTIATE_TARGET_INFO,
  Flag.NEGOTIATE_128,
  Flag.NEGOTIATE_KEY_EXCH,
]
const CHARACTER_SETS = (Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_OEM) >>> 0

/** Each bit by itself and every two of them, turned over in a base of none, all and what Windows sends. */
function* oneAndTwoBitsAway(): Iterable<number> {
  for (const base of [0, 0xffffffff, USUAL_FLAGS]) {
    for (let first = 0; first < 32; first++) {
      for (let second = first; second < 32; second++) yield (base ^ (1 << first) ^ (1 << second)) >>> 0
      yield (base ^ (1 << first)) >>> 0
    }
  }
}

/** Every combination of the decisive flags; OEM stands where Unicode does not. */
function* decisive(): Iterable<number> {
  for (let chosen = 0; chosen < 1 << DECISIVE.length; chosen++) {
    let flags = Flag.NEGOTIATE_NTLM | Flag.NEGOTIATE_OEM
    for (const [bit, flag] of DECISIVE.entries()) if (chosen & (1 << bit)) flags |= flag
    yield flags >>> 0
  }
}

/** Everything is there, whatever the flags say of it. */
function challengeWith(flags: number): Buffer {
  return encodeChallenge({
    flags,
    targetName: 'LAB',
    serverChallenge: Buffer.alloc(8, 1),
    targetInfo: [...NAMES, TIMESTAMP],
    version: Buffer.alloc(8),
  })
}

const credential: Credential = await credentialOf()

function answer(flags: number, options: Partial<NtlmInitiatorOptions> = {}): Buffer | NtlmError {
  const initiator = new NtlmInitiator({ credential, ...options })
  if (!options.services?.datagram) initiator.step()
  try {
    return Buffer.from(initiator.step(challengeWith(flags)).token!)
  } catch (error) {
    return error as NtlmError
  }
}

const NO_NAMES = 'The target info has no MsvAvNbComputerName and no MsvAvNbDomainName.'

/** The refusal that the specification makes of these flags, or undefined: NTLMv2 itself needs none of them. */
function refusal(flags: number, needed: number): { code: string; message: string } | undefined {
  const missing = needed & ~flags
  if (missing !== 0) {
    const message = `The services asked for need ${flagNames(missing).join(' and ')}, which is missing.`
    return { code: 'ERR_NTLM_DOWNGRADE', message }
  }
  const unnamed = (needed & (SIGN | SEAL)) !== 0 && !hasFlags(flags, Flag.NEGOTIATE_TARGET_INFO)
  return unnamed ? { code: 'ERR_NTLM_BAD_CHALLENGE', message: NO_NAMES } : undefined
}

const { NEGOTIATE_SIGN: SIGN, NEGOTIATE_SEAL: SEAL } = Flag
const STRONG = Flag.NEGOTIATE_128 | Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY
const DATAGRAM = Flag.NEGOTIATE_DATAGRAM | Flag.NEGOTIATE_KEY_EXCH

const WANTED: [what: string, options: Partial<NtlmInitiatorOptions>, needed: number][] = [
  ['nothing, as HTTP does', {}, 0],
  ['integrity, as SPNEGO does', { services: { integrity: true } }, SIGN],
  ['confidentiality', { services: { confidentiality: true } }, SIGN | SEAL | STRONG],
  ['integrity without a connection', { services: { datagram: true, integrity: true } }, SIGN | DATAGRAM],
  ['no name at all', { credential: 'anonymous' }, 0],
  ['nothing, and NTLMv1 will do', { legacy: { ntlmV1: true } }, 0],
]

const OVER_HTTP = WANTED.slice(0, 2)

/** The fault of the answer to these flags; undefined where all is well. */
function fault(flags: number, options: Partial<NtlmInitiatorOptions>, needed: number): string | undefined {
  const reply = answer(flags, options)
  const expected = refusal(flags, needed)
  if (!Buffer.isBuffer(reply)) {
    const { code, phase, message } = reply
    const isRight = code === expected?.code && phase === 'challenge' && message === expected.message
    return isRight ? undefined : `${code}: ${message}`
  }
  if (expected !== undefined) return 'It is answered.'
  const { flags: agreed, ntResponse, mic } = decodeAuthenticate(reply)
  const own = options.credential === 'anonymous' ? Flag.ANONYMOUS : 0
  if ((agreed & ~(flags | own)) !== 0) return `The answer has 0x${agreed.toString(16)}.`
  const charset = hasFlags(flags, Flag.NEGOTIATE_UNICODE) ? Flag.NEGOTIATE_UNICODE : Flag.NEGOTIATE_OEM
  if ((agreed & CHARACTER_SETS) !== charset) return 'The character set is not the one that was chosen.'
  if (own !== 0) return undefined
  const timestamped = hasFlags(flags, Flag.NEGOTIATE_TARGET_INFO)
  const isV2 = ntResponse.length > 44
  if (isV2 === (options.legacy?.ntlmV1 === true && !timestamped)) return 'It is the other version of NTLM.'
  return (mic?.length === 16) === timestamped ? undefined : 'The MIC is not as the timestamp wants it.'
}

describe.each([
  ['one and two bits away from nothing, everything and Windows', oneAndTwoBitsAway, OVER_HTTP],
  ['with every combination of the flags that decide', decisive, WANTED],
])('a CHALLENGE %s', (_which, combinations, wanted) => {
  const all = [...combinations()].filter((flags) => (flags & CHARACTER_SETS) !== 0)

  it.each(wanted)(
    'is refused for what is missing, or answered with no flag of ours: %s',
    (_, options, needed) => {
      expect(all.length).toBeGreaterThan(500)
      const faults = all.map((flags) => [flags.toString(16), fault(flags, options, needed)])
      expect(faults.filter(([, what]) => what !== undefined)).toEqual([])
    },
  )
})

describe('a CHALLENGE that chooses no character set', () => {
  it('is malformed ([MS-NLMP] 2.2.2.5, A and B)', () => {
    const flags = (USUAL_FLAGS & ~CHARACTER_SETS) >>> 0
    const reply = answer(flags)
    expect(Buffer.isBuffer(reply) ? 'answered' : reply.code).toBe('ERR_NTLM_BAD_CHALLENGE')
  })
})

describe('a CHALLENGE that takes Unicode away', () => {
  const flags = ((USUAL_FLAGS & ~Flag.NEGOTIATE_UNICODE) | Flag.NEGOTIATE_OEM) >>> 0

  it('is a downgrade for who has a name outside ASCII, and names the flag', async () => {
    const options = { credential: await credentialOf({ username: 'LAB\\J\u00fcrgen' }) }
    expect(answer(flags, options)).toMatchObject({
      code: 'ERR_NTLM_DOWNGRADE',
      message: 'A name outside ASCII needs NTLMSSP_NEGOTIATE_UNICODE, which is missing.',
    })
  })

  it('is none for who has an ASCII name', () => {
    expect(decodeAuthenticate(answer(flags) as Buffer)).toMatchObject({ user: 'alice', domain: 'LAB' })
  })
})
