import { describe, expect, it } from 'vitest'
import { DEFAULT_ACCEPTOR_FLAGS } from '../../src/ntlm/acceptor-challenge.js'
import { Flag, hasFlags } from '../../src/ntlm/flags.js'
import type { SessionServices } from '../../src/ntlm/services.js'
import type { SessionSecurity } from '../../src/ntlm/session-security.js'
import { acceptorWith, converse, initiatorWith } from './conversation.js'

type Response = 'ntlm-v1' | 'ntlm-v1-ess' | 'ntlm-v2'
type Protection = 'none' | 'sign' | 'seal'
type Strength = 128 | 56 | 40

interface Cell {
  response: Response
  protection: Protection
  strength: Strength
  keyExchange: boolean
  connectionless: boolean
  charset: 'Unicode' | 'OEM'
}

const cells: Cell[] = []
for (const response of ['ntlm-v1', 'ntlm-v1-ess', 'ntlm-v2'] as const)
  for (const protection of ['none', 'sign', 'seal'] as const)
    for (const strength of [128, 56, 40] as const)
      for (const charset of ['Unicode', 'OEM'] as const) {
        const cell = { response, protection, strength, charset }
        cells.push({ ...cell, keyExchange: true, connectionless: false })
        cells.push({ ...cell, keyExchange: false, connectionless: false })
        // Connectionless, there is always a key exchange ([MS-NLMP] 1.3.1.2).
        cells.push({ ...cell, keyExchange: true, connectionless: true })
      }

const SERVICES: Record<Protection, SessionServices> = {
  none: {},
  sign: { integrity: true },
  seal: { confidentiality: true, minimumStrength: 40 },
}

function without(flags: number, ...removed: (number | false)[]): number {
  return removed.reduce<number>((rest, flag) => (rest & ~Number(flag)) >>> 0, flags)
}

function acceptorFlags({ response, strength, keyExchange, charset }: Cell): number {
  return without(
    DEFAULT_ACCEPTOR_FLAGS,
    response !== 'ntlm-v2' && Flag.NEGOTIATE_TARGET_INFO,
    response === 'ntlm-v1' && Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY,
    strength < 128 && Flag.NEGOTIATE_128,
    strength < 56 && Flag.NEGOTIATE_56,
    !keyExchange && Flag.NEGOTIATE_KEY_EXCH,
    charset === 'OEM' && Flag.NEGOTIATE_UNICODE,
  )
}

describe.each(cells)(
  '$response, $protection, $strength bit, key exchange $keyExchange, connectionless $connectionless, $charset',
  (cell) => {
    it('ends with both sides agreed, and messages go both ways', async () => {
      const { response, protection, connectionless } = cell
      const services = { ...SERVICES[protection], datagram: connectionless }
      const legacy = response === 'ntlm-v2' ? undefined : { ntlmV1: true }
      const initiator = await initiatorWith({ services, legacy, workstation: 'DESK' })
      const acceptor = acceptorWith({ services, legacy, flags: acceptorFlags(cell) })
      const { verdict } = await converse(initiator, acceptor, { connectionless })

      expect(verdict).toMatchObject({
        accepted: true,
        response,
        user: 'alice',
        domain: 'LAB',
        workstation: 'DESK',
      })
      const [ours, theirs] = [initiator.session!, acceptor.session!]
      expect(ours.flags & ~Flag.NEGOTIATE_TARGET_INFO).toBe(theirs.flags & ~Flag.NEGOTIATE_TARGET_INFO)
      expect(ours.exportKey().equals(theirs.exportKey())).toBe(true)
      expectAgreement(ours, cell)
      for (let i = 0; i < 3; i++) {
        exchange(ours, theirs, cell, i)
        exchange(theirs, ours, cell, i)
      }
    })
  },
)

function expectAgreement(session: SessionSecurity, cell: Cell): void {
  const { flags } = session
  const { response, protection, keyExchange, connectionless, charset } = cell
  expect(hasFlags(flags, Flag.NEGOTIATE_UNICODE)).toBe(charset === 'Unicode')
  expect(hasFlags(flags, Flag.NEGOTIATE_OEM)).toBe(charset === 'OEM')
  expect(hasFlags(flags, Flag.NEGOTIATE_SIGN)).toBe(protection !== 'none')
  expect(hasFlags(flags, Flag.NEGOTIATE_SEAL)).toBe(protection === 'seal')
  expect(hasFlags(flags, Flag.NEGOTIATE_DATAGRAM)).toBe(connectionless)
  const offersExchange = protection !== 'none' || connectionless
  expect(hasFlags(flags, Flag.NEGOTIATE_KEY_EXCH)).toBe(keyExchange && offersExchange)
  // Without extended session security the key is whole, and cut only connectionless, which knows no 128 bit.
  const whole = connectionless ? Math.min(cell.strength, 56) : 128
  expect(session.strength).toBe(response === 'ntlm-v1' ? whole : cell.strength)
}

function exchange(from: SessionSecurity, to: SessionSecurity, cell: Cell, number: number): void {
  const message = Buffer.from(`message ${number} of ${cell.protection}`)
  const sequence = cell.connectionless ? 1000 + number : undefined
  const integrityError = expect.objectContaining({ code: 'ERR_NTLM_INTEGRITY' })
  if (cell.protection !== 'seal') {
    const signature = from.sign(message, sequence)
    if (cell.protection === 'none') {
      expect(signature.toString('hex')).toBe(`01${'00'.repeat(15)}`)
    } else {
      expect(() => to.verify(Buffer.from('something else'), signature, sequence)).toThrow(integrityError)
    }
    to.verify(message, signature, sequence)
    return
  }
  const token = from.wrap(message, sequence)
  const tampered = Buffer.from(token)
  tampered[tampered.length - 1] ^= 1
  expect(token.includes(message)).toBe(false)
  expect(() => to.unwrap(tampered, sequence)).toThrow(integrityError)
  expect(to.unwrap(token, sequence).equals(message)).toBe(true)
}
