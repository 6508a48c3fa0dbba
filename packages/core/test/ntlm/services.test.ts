import { describe, expect, it } from 'vitest'
import { Flag } from '../../src/ntlm/flags.js'
import {
  missingServices,
  requireServices,
  type SessionServices,
  serviceFlags,
} from '../../src/ntlm/services.js'

const { NEGOTIATE_SIGN: SIGN, NEGOTIATE_SEAL: SEAL, NEGOTIATE_DATAGRAM: DATAGRAM } = Flag
const KEY_EXCH = Flag.NEGOTIATE_KEY_EXCH
const ESS = Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY

describe('the flags that services ask for', () => {
  it.each<[SessionServices | undefined, number]>([
    [undefined, 0],
    [{}, 0],
    [{ integrity: true }, SIGN | KEY_EXCH],
    [{ replayDetect: true }, SIGN | KEY_EXCH],
    [{ sequenceDetect: true }, SIGN | KEY_EXCH],
    [{ confidentiality: true }, SIGN | SEAL | KEY_EXCH],
    [{ datagram: true }, DATAGRAM | KEY_EXCH],
    [{ datagram: true, confidentiality: true }, DATAGRAM | SIGN | SEAL | KEY_EXCH],
  ])('%j', (services, flags) => {
    expect(serviceFlags(services)).toBe(flags >>> 0)
  })
})

describe('a service that the other side does not grant', () => {
  it.each<[SessionServices, number, string]>([
    [{ integrity: true }, 0, 'NTLMSSP_NEGOTIATE_SIGN'],
    [{ replayDetect: true }, KEY_EXCH, 'NTLMSSP_NEGOTIATE_SIGN'],
    [{ sequenceDetect: true }, KEY_EXCH, 'NTLMSSP_NEGOTIATE_SIGN'],
    [{ confidentiality: true }, SIGN | ESS | Flag.NEGOTIATE_128, 'NTLMSSP_NEGOTIATE_SEAL'],
    [{ confidentiality: true }, SIGN | SEAL | ESS, 'NTLMSSP_NEGOTIATE_128'],
    [{ confidentiality: true, minimumStrength: 56 }, SIGN | SEAL | ESS, 'NTLMSSP_NEGOTIATE_56'],
    [{ datagram: true }, 0, 'NTLMSSP_NEGOTIATE_DATAGRAM and NTLMSSP_NEGOTIATE_KEY_EXCH'],
    [{ datagram: true }, DATAGRAM, 'NTLMSSP_NEGOTIATE_KEY_EXCH'],
  ])('%j under 0x%s', (services, flags, names) => {
    expect(() => requireServices(services, flags)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_DOWNGRADE',
        phase: 'challenge',
        message: `The services asked for need ${names}, which is missing.`,
      }),
    )
  })

  it('is none of key exchange on a connection, where the key of the response does as well', () => {
    expect(missingServices({ integrity: true }, SIGN)).toBe(0)
  })

  it('connectionless without extended session security is weaker than 128 bit whatever the flags say', () => {
    const flags = (SIGN | SEAL | DATAGRAM | KEY_EXCH | Flag.NEGOTIATE_128 | Flag.NEGOTIATE_56) >>> 0
    expect(missingServices({ datagram: true, confidentiality: true }, flags)).toBe(ESS)
    expect(missingServices({ datagram: true, confidentiality: true, minimumStrength: 56 }, flags)).toBe(0)
  })

  it('is not missed where nothing was asked for', () => {
    expect(() => requireServices(undefined, 0)).not.toThrow()
    expect(() => requireServices({}, 0)).not.toThrow()
  })
})
