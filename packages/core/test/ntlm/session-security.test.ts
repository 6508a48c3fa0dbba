import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Flag } from '../../src/ntlm/flags.js'
import { SessionSecurity } from '../../src/ntlm/session-security.js'

const EXTENDED =
  (Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY |
    Flag.NEGOTIATE_SIGN |
    Flag.NEGOTIATE_SEAL |
    Flag.NEGOTIATE_128 |
    Flag.NEGOTIATE_KEY_EXCH) >>>
  0
const PLAIN = (EXTENDED & ~Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY) >>> 0
const DATAGRAM = (EXTENDED | Flag.NEGOTIATE_DATAGRAM) >>> 0
const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')

const kinds: [string, number][] = [
  ['with extended session security', EXTENDED],
  ['with extended session security and no key exchange', (EXTENDED & ~Flag.NEGOTIATE_KEY_EXCH) >>> 0],
  ['without extended session security', PLAIN],
]

function pair(flags: number): [SessionSecurity, SessionSecurity] {
  const options = { exportedSessionKey: KEY, flags }
  return [
    new SessionSecurity({ ...options, role: 'initiator' }),
    new SessionSecurity({ ...options, role: 'acceptor' }),
  ]
}

const text = (value: string) => Buffer.from(value, 'utf8')
const integrityError = expect.objectContaining({
  code: 'ERR_NTLM_INTEGRITY',
  message: 'The signature or the sequence number of a message is wrong.',
})

describe.each(kinds)('connection-oriented, %s', (_name, flags) => {
  it('numbers messages from 0 and checks them in order', () => {
    const [ours, theirs] = pair(flags)
    for (let i = 0; i < 5; i++) theirs.verify(text(`m${i}`), ours.sign(text(`m${i}`)))
  })

  it('seals and signs in any alternation, in both directions', () => {
    const [ours, theirs] = pair(flags)
    theirs.unwrap(ours.wrap(text('one')))
    theirs.verify(text('two'), ours.sign(text('two')))
    ours.verify(text('three'), theirs.sign(text('three')))
    expect(ours.unwrap(theirs.wrap(text('four'))).toString()).toBe('four')
    expect(theirs.unwrap(ours.wrap(text('five'))).toString()).toBe('five')
  })

  it('seals an empty message', () => {
    const [ours, theirs] = pair(flags)
    expect(theirs.unwrap(ours.wrap(Buffer.alloc(0)))).toHaveLength(0)
  })

  it('notices a message that was changed, repeated, skipped or reordered, and goes on with the right one', () => {
    const [ours, theirs] = pair(flags)
    const [first, second, third] = ['first', 'second', 'third'].map((value) => ours.wrap(text(value)))
    const changed = Buffer.from(first)
    changed[20] ^= 1
    expect(() => theirs.unwrap(changed)).toThrow(integrityError)
    expect(() => theirs.unwrap(second)).toThrow(integrityError)
    expect(theirs.unwrap(first).toString()).toBe('first')
    expect(() => theirs.unwrap(first)).toThrow(integrityError)
    expect(() => theirs.unwrap(third)).toThrow(integrityError)
    expect(theirs.unwrap(second).toString()).toBe('second')
    expect(theirs.unwrap(third).toString()).toBe('third')
  })

  it('a signature that does not verify changes nothing', () => {
    const [ours, theirs] = pair(flags)
    const signature = ours.sign(text('right'))
    for (let octet = 0; octet < 16; octet++) {
      // Without extended session security, 4 to 7 are padding that nobody looks at.
      if (octet >= 4 && octet < 8 && flags === PLAIN) continue
      const wrong = Buffer.from(signature)
      wrong[octet] ^= 0x80
      expect(() => theirs.verify(text('right'), wrong)).toThrow(integrityError)
    }
    expect(() => theirs.verify(text('wrong'), signature)).toThrow(integrityError)
    theirs.verify(text('right'), signature)
  })

  it.each([0, 15, 17])('a signature of %i bytes does not verify', (length) => {
    const [ours, theirs] = pair(flags)
    const signature = Buffer.concat([ours.sign(text('m')), Buffer.alloc(1)]).subarray(0, length)
    expect(() => theirs.verify(text('m'), signature)).toThrow(integrityError)
    expect(() => theirs.unwrap(Buffer.alloc(Math.min(length, 15)))).toThrow(integrityError)
  })

  it("does not take a side's own message for the other side's", () => {
    const [ours] = pair(flags)
    const token = ours.wrap(text('mirror'))
    expect(() => ours.unwrap(token)).toThrow(integrityError)
  })

  it('refuses a sequence number from the application', () => {
    const [ours] = pair(flags)
    expect(() => ours.sign(text('m'), 3)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'The message brings a sequence number.' }),
    )
  })

  it('signs the list of mechanisms with the key stream put back and the number counted', () => {
    const [ours, theirs] = pair(flags)
    const mic = ours.signMechanismList(text('list'))
    expect(() => theirs.verifyMechanismList(text('other'), mic)).toThrow(integrityError)
    theirs.verifyMechanismList(text('list'), mic)
    expect(() => theirs.verifyMechanismList(text('list'), mic)).toThrow(integrityError)

    const [bare] = pair(flags)
    const sealed = ours.seal(text('application'))
    const unlisted = bare.seal(text('application'))
    expect(sealed.sealed.equals(unlisted.sealed)).toBe(true)
    expect(sealed.signature.equals(unlisted.signature)).toBe(false)
    expect(theirs.unseal(sealed.sealed, sealed.signature).toString()).toBe('application')
  })
})

describe('without extended session security', () => {
  it('does not look at the padding of a signature', () => {
    const [ours, theirs] = pair(PLAIN)
    const signature = ours.sign(text('m'))
    expect(signature.subarray(4, 8).toString('hex')).toBe('00000000')
    signature.fill(0xff, 4, 8)
    theirs.verify(text('m'), signature)
  })
})

describe.each([
  ['with extended session security', DATAGRAM],
  ['without extended session security', (PLAIN | Flag.NEGOTIATE_DATAGRAM) >>> 0],
])('connectionless, %s', (_name, flags) => {
  it('takes messages in any order, and again, under the numbers the application gave', () => {
    const [ours, theirs] = pair(flags)
    const [one, two, three] = [1, 2, 3].map((number) => ours.wrap(text(`message ${number}`), number))
    expect(theirs.unwrap(three, 3).toString()).toBe('message 3')
    expect(theirs.unwrap(one, 1).toString()).toBe('message 1')
    expect(theirs.unwrap(one, 1).toString()).toBe('message 1')
    expect(theirs.unwrap(two, 2).toString()).toBe('message 2')
  })

  it('notices another number and a changed message, and goes on', () => {
    const [ours, theirs] = pair(flags)
    const token = ours.wrap(text('message'), 7)
    expect(() => theirs.unwrap(token, 8)).toThrow(integrityError)
    const changed = Buffer.from(token)
    changed[17] ^= 4
    expect(() => theirs.unwrap(changed, 7)).toThrow(integrityError)
    expect(theirs.unwrap(token, 7).toString()).toBe('message')
  })

  it('has a key stream of its own for every number', () => {
    const [ours] = pair(flags)
    const zeros = Buffer.alloc(32)
    const streams = [0, 1, 2, 0xffffffff].map((number) => ours.seal(zeros, number).sealed.toString('hex'))
    expect(new Set(streams).size).toBe(4)
    expect(ours.seal(zeros, 1).sealed.toString('hex')).toBe(streams[1])
  })

  it('wants a number for every message', () => {
    const [ours] = pair(flags)
    expect(() => ours.wrap(text('m'))).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'The message has no sequence number.' }),
    )
  })

  it.each([-1, 1.5, 2 ** 32, Number.NaN])('refuses %d for a number', (number) => {
    const [ours] = pair(flags)
    expect(() => ours.sign(text('m'), number)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: `The sequence number ${number} is no unsigned 32-bit integer.`,
      }),
    )
  })
})

describe('what was not agreed', () => {
  const ALWAYS_SIGN = Flag.NEGOTIATE_ALWAYS_SIGN | Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY

  it('ALWAYS_SIGN alone signs for show: 01 and fifteen zeros, without a count', () => {
    const [ours, theirs] = pair(ALWAYS_SIGN)
    expect(ours.integrity).toBe(false)
    const signature = ours.sign(text('one'))
    expect(signature.toString('hex')).toBe('01000000000000000000000000000000')
    expect(ours.sign(text('two')).equals(signature)).toBe(true)
    theirs.verify(text('anything'), signature)
    expect(() => theirs.verify(text('one'), Buffer.alloc(16))).toThrow(integrityError)
    expect(() => theirs.verify(text('one'), Buffer.alloc(3))).toThrow(integrityError)
  })

  it('no flag at all signs nothing', () => {
    const [ours] = pair(0)
    const error = expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'Integrity was not agreed.' })
    expect(() => ours.sign(text('m'))).toThrow(error)
    expect(() => ours.verify(text('m'), Buffer.alloc(16))).toThrow(error)
  })

  it('SIGN alone seals nothing: a message never goes in the clear by mistake', () => {
    const [ours] = pair((EXTENDED & ~Flag.NEGOTIATE_SEAL) >>> 0)
    const error = expect.objectContaining({
      code: 'ERR_NTLM_CONFIG',
      message: 'Confidentiality was not agreed.',
    })
    expect(ours.confidentiality).toBe(false)
    expect(() => ours.seal(text('m'))).toThrow(error)
    expect(() => ours.unwrap(Buffer.alloc(20))).toThrow(error)
  })
})

describe('keys', () => {
  it('are exported as a copy on demand', () => {
    const [ours] = pair(EXTENDED)
    ours.exportKey().fill(0)
    expect(ours.exportKey().equals(KEY)).toBe(true)
  })

  it('are in nothing that is inspected, logged or serialised', () => {
    const [ours] = pair(EXTENDED)
    const shown = inspect(ours, { depth: 9, showHidden: true }) + JSON.stringify(ours) + String(ours)
    expect(shown).not.toMatch(/0[01] 01 02|000102|AAECAw/)
    expect(shown).not.toContain('#')
    expect(JSON.parse(JSON.stringify(ours))).toEqual({ flags: EXTENDED })
  })
})
