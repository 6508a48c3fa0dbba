import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AvId, encodeAvPairs } from '../../src/ntlm/av-pairs.js'
import { Flag } from '../../src/ntlm/flags.js'
import {
  type AuthenticateMessage,
  announcesMic,
  decodeAuthenticate,
  decodeChallenge,
  decodeNegotiate,
  encodeAuthenticate,
  encodeChallenge,
  encodeNegotiate,
  messageType,
  micOffset,
} from '../../src/ntlm/messages.js'
import { avPair, charset, flagsWith, hostileBytes, octets, onlyBadChallenge, upTo } from './arbitraries.js'

const malformed = (message: string) => expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message })
const { NEGOTIATE_UNICODE: UNICODE, NEGOTIATE_VERSION: VERSION, NEGOTIATE_TARGET_INFO: TARGET_INFO } = Flag

/** The Version field is there exactly when its flag is. */
const version = fc.option(octets(8), { nil: undefined })
const versionFlag = (bytes: Buffer | undefined) =>
  bytes ? { set: VERSION, clear: 0 } : { set: 0, clear: VERSION }

/** An NTLMv2 response whose MsvAvFlags say whether there is a MIC. */
function ntlmV2Blob(mic: boolean): Buffer {
  const pairs = [{ id: AvId.FLAGS, value: Buffer.from([mic ? 2 : 0, 0, 0, 0]) }]
  return Buffer.concat([Buffer.alloc(44), encodeAvPairs(pairs), Buffer.alloc(4)])
}

const AUTHENTICATE: AuthenticateMessage = {
  flags: UNICODE,
  lmResponse: Buffer.alloc(24, 1),
  ntResponse: ntlmV2Blob(false),
  domain: 'LAB',
  user: 'alice',
  workstation: 'DESK',
  encryptedRandomSessionKey: Buffer.alloc(16, 4),
}

describe('messageType', () => {
  it('tells the three messages apart', () => {
    expect(messageType(encodeNegotiate({ flags: 0, domain: '', workstation: '' }))).toBe(1)
    expect(messageType(encodeChallenge({ flags: 0, targetName: '', serverChallenge: Buffer.alloc(8) }))).toBe(
      2,
    )
    expect(messageType(encodeAuthenticate(AUTHENTICATE))).toBe(3)
  })

  it.each([
    ['nothing', '', 'The NTLM message needs 8 more bytes at offset 0 and has 0.'],
    [
      'another signature',
      '4e544c4d535350010100000000',
      'The token does not begin with the NTLMSSP signature.',
    ],
    ['type 4', '4e544c4d5353500004000000', 'The NTLM message has type 4, not 1, 2 or 3.'],
    ['half a type', '4e544c4d535350000100', 'The NTLM message needs 4 more bytes at offset 8 and has 2.'],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => messageType(Buffer.from(bytes, 'hex'))).toThrow(malformed(message))
  })

  it('a message of another type is refused by name', () => {
    const negotiate = encodeNegotiate({ flags: 0, domain: '', workstation: '' })
    expect(() => decodeChallenge(negotiate)).toThrow(
      malformed('The CHALLENGE message (message type 2) was expected, and type 1 came.'),
    )
  })
})

describe('NEGOTIATE, [MS-NLMP] 2.2.1.1', () => {
  it('comes back as it was', () => {
    const names = fc.string({ unit: 'grapheme-ascii', maxLength: 30 })
    fc.assert(
      fc.property(names, names, version, (domain, workstation, bytes) => {
        const bit = versionFlag(bytes)
        const supplied =
          (domain ? Flag.NEGOTIATE_OEM_DOMAIN_SUPPLIED : 0) |
          (workstation ? Flag.NEGOTIATE_OEM_WORKSTATION_SUPPLIED : 0)
        const flags = (0xa0088205 | supplied | bit.set) >>> 0
        const message = { flags, domain, workstation, version: bytes }
        expect(decodeNegotiate(encodeNegotiate(message))).toEqual(message)
      }),
    )
  })

  const whole = encodeNegotiate({
    flags: 0xa2088205,
    domain: '',
    workstation: '',
    version: Buffer.alloc(8, 9),
  })
  it.each([
    [12, 0],
    [16, 0xa2088205],
    [32, 0xa2088205],
    [40, 0xa2088205],
  ])('of %i bytes is read', (length, flags) => {
    const message = decodeNegotiate(whole.subarray(0, length))
    expect(message).toMatchObject({ flags, domain: '', workstation: '' })
    expect(message.version !== undefined).toBe(length === 40)
  })

  it('of ours is 40 bytes long: gss-ntlmssp refuses anything shorter', () => {
    expect(whole).toHaveLength(40)
  })
})

describe('CHALLENGE, [MS-NLMP] 2.2.1.2', () => {
  it('comes back as it was', () => {
    const message = charset.chain(({ set, clear, names }) =>
      fc
        .tuple(
          names,
          octets(8),
          fc.option(fc.array(avPair(60), { maxLength: 8 }), { nil: undefined }),
          version,
        )
        .chain(([targetName, serverChallenge, targetInfo, bytes]) => {
          const bit = versionFlag(bytes)
          const info = targetInfo ? { set: TARGET_INFO, clear: 0 } : { set: 0, clear: TARGET_INFO }
          return flagsWith(set | bit.set | info.set, clear | bit.clear | info.clear).map((flags) => ({
            flags,
            targetName,
            serverChallenge,
            targetInfo,
            version: bytes,
          }))
        }),
    )
    fc.assert(
      fc.property(message, (original) => {
        expect(decodeChallenge(encodeChallenge(original))).toEqual(original)
      }),
    )
  })

  it('takes target info of almost 64 KB, and no more', () => {
    const message = (length: number) => ({
      flags: (UNICODE | TARGET_INFO) >>> 0,
      targetName: '',
      serverChallenge: Buffer.alloc(8),
      targetInfo: [{ id: 0x4321, value: Buffer.alloc(length, 7) }],
    })
    const largest = 0xffff - 8
    expect(decodeChallenge(encodeChallenge(message(largest))).targetInfo![0].value).toHaveLength(largest)
    expect(() => encodeChallenge(message(largest + 1))).toThrow(
      malformed('A field of the message would be longer than 65,535 bytes: the target info leaves no room.'),
    )
  })

  it('of 32 bytes (NT4) and of 40 has no target info', () => {
    const message = { flags: UNICODE, targetName: '', serverChallenge: Buffer.alloc(8, 3) }
    const bytes = encodeChallenge(message)
    expect(decodeChallenge(bytes.subarray(0, 32))).toEqual(message)
    expect(decodeChallenge(bytes.subarray(0, 40))).toEqual(message)
  })

  it('that announces target info and ends before it is malformed', () => {
    const flags = (UNICODE | TARGET_INFO) >>> 0
    const bytes = encodeChallenge({ flags, targetName: '', serverChallenge: Buffer.alloc(8), targetInfo: [] })
    expect(decodeChallenge(bytes).targetInfo).toEqual([])
    expect(() => decodeChallenge(bytes.subarray(0, 40))).toThrow(
      malformed('The CHALLENGE message announces target info and ends before it.'),
    )
  })

  describe('with a target name, which nobody needs,', () => {
    const named = (flags: number) => {
      const encoded = encodeChallenge({
        flags: Flag.NEGOTIATE_OEM,
        targetName: 'abc',
        serverChallenge: Buffer.alloc(8, 3),
      })
      encoded.writeUInt32LE(flags, 20)
      encoded[encoded.length - 1] = 0xe9
      return encoded
    }

    it.each([
      ['of half a Unicode character', UNICODE],
      ['of an OEM character outside ASCII', Flag.NEGOTIATE_OEM],
    ])('%s is read, and the name left empty', (_what, flags) => {
      expect(decodeChallenge(named(flags))).toEqual({
        flags,
        targetName: '',
        serverChallenge: Buffer.alloc(8, 3),
        targetInfo: undefined,
        version: undefined,
      })
    })

    it.each([0xfffffff0, 0x7fffffff, 49])('at %i, outside the message, is malformed', (offset) => {
      const bytes = named(UNICODE)
      bytes.writeUInt32LE(offset, 16)
      expect(() => decodeChallenge(bytes)).toThrow(
        malformed(
          `The CHALLENGE message has its TargetName at ${offset}, 3 bytes long, outside its ${bytes.length} bytes.`,
        ),
      )
    })
  })
})

describe('AUTHENTICATE, [MS-NLMP] 2.2.1.3', () => {
  it('comes back as it was', () => {
    const message = charset.chain(({ set, clear, names }) =>
      fc
        .tuple(names, names, names, upTo(24), fc.boolean(), fc.constantFrom(0, 16), version)
        .chain(([domain, user, workstation, lmResponse, mic, keyLength, bytes]) => {
          const bit = versionFlag(bytes)
          return flagsWith(set | bit.set, clear | bit.clear).map((flags) => ({
            flags,
            lmResponse,
            ntResponse: ntlmV2Blob(mic),
            domain,
            user,
            workstation,
            encryptedRandomSessionKey: Buffer.alloc(keyLength, 5),
            version: bytes,
            mic: mic ? Buffer.alloc(16, 6) : undefined,
          }))
        }),
    )
    fc.assert(
      fc.property(message, (original) => {
        expect(decodeAuthenticate(encodeAuthenticate(original))).toEqual(original)
      }),
    )
  })

  it.each([
    ['64, with neither Version nor MIC', {}, 64],
    ['72, with Version', { version: Buffer.alloc(8, 1), flags: UNICODE | VERSION }, 72],
    ['88, with MIC', { mic: Buffer.alloc(16, 2), ntResponse: ntlmV2Blob(true) }, 88],
  ])('of ours has its payload at %s', (_name, extra, start) => {
    const message = { ...AUTHENTICATE, ...extra }
    const bytes = encodeAuthenticate(message)
    expect(bytes.indexOf(Buffer.from(message.domain, 'utf16le'))).toBe(start)
    expect(decodeAuthenticate(bytes)).toEqual({ version: undefined, mic: undefined, ...message })
  })

  it('with a MIC and no Version (payload at 80) has it at 64', () => {
    const bytes = encodeAuthenticate({
      ...AUTHENTICATE,
      mic: Buffer.alloc(16, 2),
      ntResponse: ntlmV2Blob(true),
    })
    const shorter = Buffer.concat([bytes.subarray(0, 64), bytes.subarray(72)])
    for (const at of [12, 20, 28, 36, 44, 52]) shorter.writeUInt32LE(shorter.readUInt32LE(at + 4) - 8, at + 4)
    expect(micOffset(shorter)).toBe(64)
    expect(decodeAuthenticate(shorter).mic).toEqual(Buffer.alloc(16, 2))
    expect(micOffset(bytes)).toBe(72)
  })

  it('of NT 3.51, with its payload at 52, has no session key and no flags', () => {
    const header = Buffer.alloc(52)
    header.write('NTLMSSP\0', 'latin1')
    header.writeUInt32LE(3, 8)
    header.writeUInt16LE(3, 36)
    header.writeUInt32LE(52, 40)
    const message = decodeAuthenticate(Buffer.concat([header, Buffer.from('bob')]))
    expect(message).toMatchObject({ flags: 0, user: 'bob' })
    expect(message.encryptedRandomSessionKey).toHaveLength(0)
  })

  it('tells a MIC by the flag in its response, never by the length of its header', () => {
    expect(announcesMic(ntlmV2Blob(true))).toBe(true)
    expect(announcesMic(ntlmV2Blob(false))).toBe(false)
    expect(announcesMic(Buffer.alloc(24))).toBe(false)
    const roomy = encodeAuthenticate({ ...AUTHENTICATE, mic: Buffer.alloc(16, 2) })
    expect(decodeAuthenticate(roomy).mic).toBeUndefined()
  })

  it('that announces a MIC and has no room for it is malformed', () => {
    const bytes = encodeAuthenticate({ ...AUTHENTICATE, ntResponse: ntlmV2Blob(true) })
    expect(() => decodeAuthenticate(bytes)).toThrow(
      malformed('The AUTHENTICATE message announces a MIC and has no room for it.'),
    )
  })

  it('with half a Unicode character, or an OEM character outside ASCII, in a name is malformed', () => {
    const bytes = encodeAuthenticate({ ...AUTHENTICATE, user: 'abc', workstation: '' })
    bytes.writeUInt16LE(5, 36)
    expect(() => decodeAuthenticate(bytes)).toThrow(malformed('A Unicode string has an odd number of bytes.'))
    const oem = encodeAuthenticate({ ...AUTHENTICATE, flags: Flag.NEGOTIATE_OEM, user: 'abc' })
    oem[oem.readUInt32LE(40)] = 0xe9
    expect(() => decodeAuthenticate(oem)).toThrow(malformed('An OEM string has a character outside ASCII.'))
  })

  it('cannot have a name outside ASCII without Unicode', () => {
    expect(() => encodeAuthenticate({ ...AUTHENTICATE, flags: Flag.NEGOTIATE_OEM, user: 'zoë' })).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_DOWNGRADE',
        message: 'A name outside ASCII needs NTLMSSP_NEGOTIATE_UNICODE, which is missing.',
      }),
    )
  })
})

describe('the payload', () => {
  it.each([0xfffffff0, 0x7fffffff, 89])('refuses a field at %i', (offset) => {
    const bytes = encodeAuthenticate(AUTHENTICATE)
    bytes.writeUInt32LE(offset === 89 ? bytes.length - 1 : offset, 40)
    expect(() => decodeAuthenticate(bytes)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE' }),
    )
  })

  it('may be in any order, with gaps, and with empty fields that point anywhere', () => {
    const bytes = encodeAuthenticate({ ...AUTHENTICATE, workstation: '' })
    bytes.writeUInt32LE(0xffffffff, 48)
    const moved = Buffer.concat([bytes, Buffer.alloc(9), Buffer.from('carol', 'utf16le')])
    moved.writeUInt16LE(10, 36)
    moved.writeUInt32LE(bytes.length + 9, 40)
    expect(decodeAuthenticate(moved)).toMatchObject({ user: 'carol', domain: 'LAB', workstation: '' })
  })
})

describe('any bytes', () => {
  it.each([
    ['NEGOTIATE', decodeNegotiate],
    ['CHALLENGE', decodeChallenge],
    ['AUTHENTICATE', decodeAuthenticate],
  ])('are read as a %s or refused, nothing else', (_name, decode) => {
    fc.assert(
      fc.property(hostileBytes(), (bytes) => onlyBadChallenge(() => decode(bytes))),
      { numRuns: 2000 },
    )
  })
})
