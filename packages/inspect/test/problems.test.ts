import {
  encodeAuthenticate,
  encodeAvPairs,
  encodeChallenge,
  encodeNegotiate,
  encodeNegTokenResp,
} from '@ntlmkit/core'
import { decodeToken } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { tokenOf } from './fixtures.js'

const FLAGS = 0xa2888205
const UTF16 = (text: string) => Buffer.from(text, 'utf16le')
const challenge = encodeChallenge({
  flags: FLAGS,
  targetName: 'LAB',
  serverChallenge: Buffer.alloc(8, 1),
  targetInfo: [{ id: 2, value: UTF16('LAB') }],
  version: Buffer.from('0a0063450000000f', 'hex'),
})
const authenticate = tokenOf('AUTHENTICATE with binding and SPN')

describe('what is wrong with a message is said in words', () => {
  it('nothing, where nothing is', () => {
    expect(problemsOf(challenge)).toEqual([])
    expect(problemsOf(authenticate)).toEqual([])
  })

  it.each([
    ['empty', Buffer.alloc(0), ['The token is empty.']],
    [
      'no token',
      Buffer.from('hello'),
      ['It begins neither as NTLM (NTLMSSP) nor as SPNEGO (60 or a1) nor as Kerberos does.'],
    ],
    ['type 4', changed(challenge, (bytes) => bytes.writeUInt32LE(4, 8)), ['MessageType: is not 1, 2 or 3.']],
    ['behind something', Buffer.concat([Buffer.from('xx'), challenge]), ['NTLM begins only at byte 2.']],
    [
      'truncated',
      challenge.subarray(0, 22),
      [
        'The message is truncated: it ends in its NegotiateFlags.',
        'TargetNameFields: outside the message of 22 bytes.',
      ],
    ],
    [
      'a field outside',
      changed(challenge, (bytes) => bytes.writeUInt32LE(0xfffffff0, 16)),
      [`TargetNameFields: outside the message of ${challenge.length} bytes.`],
    ],
    [
      'odd for Unicode',
      changed(
        encodeChallenge({ flags: 0x8205, targetName: 'LÄB', serverChallenge: Buffer.alloc(8) }),
        (bytes) => bytes.writeUInt16LE(5, 12),
      ),
      ['1 bytes at the end belong to nothing.', 'TargetName: 5 bytes are odd for Unicode.'],
    ],
    [
      'bytes behind',
      Buffer.concat([challenge, Buffer.alloc(3, 9)]),
      ['3 bytes at the end belong to nothing.'],
    ],
    [
      'overlapping',
      changed(challenge, (bytes) => bytes.writeUInt32LE(58, 44)),
      [
        'TargetInfo overlaps TargetName.',
        '4 bytes at the end belong to nothing.',
        'TargetInfo: the list has no MsvAvEOL.',
        'MsvAv(65): 66 bytes are announced, 10 are there.',
      ],
    ],
    [
      'in the header',
      changed(challenge, (bytes) => bytes.writeUInt32LE(30, 16)),
      [
        'Target information is announced and missing.',
        'TargetName overlaps the header.',
        '40 bytes at the end belong to nothing.',
      ],
    ],
    [
      'both character sets',
      changed(challenge, (bytes) => bytes.writeUInt32LE((FLAGS | 2) >>> 0, 20)),
      ['NegotiateFlags: both Unicode and OEM are set: Unicode holds.'],
    ],
    [
      'reserved bits',
      encodeNegotiate({ flags: 0x04108205 | 0x8, domain: '', workstation: '' }),
      ['NegotiateFlags: reserved bits are set: reserved_10, reserved_3.'],
    ],
    [
      'neither character set',
      encodeNegotiate({ flags: 0x8200, domain: '', workstation: '' }),
      ['NegotiateFlags: neither Unicode nor OEM is set: OEM is assumed.'],
    ],
    [
      'target information announced',
      encodeChallenge({ flags: 0x808205, targetName: 'LAB', serverChallenge: Buffer.alloc(8) }),
      ['Target information is announced and missing.'],
    ],
    [
      'no MIC',
      tokenOf('AUTHENTICATE without MIC'),
      [/^There is no MIC although the challenge had a timestamp/],
    ],
    [
      'MIC of zeros',
      changed(authenticate, (bytes) => bytes.fill(0, 72, 88)),
      ['MIC: is announced and zero.'],
    ],
    ['NTLMv1', tokenOf('AUTHENTICATE NTLMv1'), [/^NtChallengeResponse: NTLMv1, /]],
    ['LM', tokenOf('AUTHENTICATE LM alone'), [/^LmChallengeResponse: LM alone, /]],
    [
      'OEM names under the Unicode flag',
      tokenOf('recorded: Wget', 'authenticate'),
      [/^DomainName: looks like OEM/, /^UserName: looks like OEM/, /NTLMv1/],
    ],
  ])('%s', (_name, bytes, expected) => {
    const problems = problemsOf(bytes)

    expect(problems).toEqual(
      expected.map((problem) => (problem instanceof RegExp ? expect.stringMatching(problem) : problem)),
    )
  })

  it('Unicode names without the Unicode flag are read as what they are', () => {
    const token = changed(encodeAuthenticate({ ...NOBODY, flags: FLAGS }), (bytes) =>
      bytes.writeUInt32LE(0x8206, 60),
    )
    const { ntlm, problems } = decodeToken(token)

    expect(ntlm?.user).toBe('alice')
    expect(problems).toContain('UserName: looks like Unicode, while OEM was announced.')
  })

  it('a MIC that is announced where no room is', () => {
    const pairs = encodeAvPairs([{ id: 6, value: Buffer.from([2, 0, 0, 0]) }])
    const ntResponse = Buffer.concat([
      Buffer.alloc(16, 7),
      Buffer.from('0101', 'hex'),
      Buffer.alloc(26),
      pairs,
    ])
    const { ntlm, problems } = decodeToken(encodeAuthenticate({ ...NOBODY, flags: 0x8205, ntResponse }))

    expect(problems).toEqual(['A MIC is announced, and there is no room for it.'])
    expect(ntlm?.hasMic).toBe(false)
  })
})

describe('what is wrong with an AV pair list', () => {
  it.each([
    ['no end', pairs(2, 'LAB'), 'TargetInfo: the list has no MsvAvEOL.'],
    [
      'a pair past the end',
      `${pairs(2, 'LAB')}0100ff004100`,
      'MsvAvNbComputerName: 255 bytes are announced, 2 are there.',
    ],
    ['a length that cannot be', '070004000000000000000000', 'MsvAvTimestamp: 4 bytes, not 8.'],
    [
      'a second one',
      `${pairs(2, 'LAB')}${pairs(2, 'OTHER')}00000000`,
      'MsvAvNbDomainName: a second one, which nobody reads.',
    ],
    ['more behind the end', `${pairs(2, 'LAB')}00000000ffff`, 'TargetInfo: 2 bytes behind MsvAvEOL.'],
    [
      'OEM text',
      '020003004c414200000000',
      'MsvAvNbDomainName: looks like OEM text, while Unicode was announced.',
    ],
  ])('%s', (_name, list, problem) => {
    const { problems } = decodeToken(withTargetInfo(Buffer.from(list, 'hex')))

    expect(problems).toContain(problem)
  })

  it('the first of two counts, as for Windows', () => {
    const list = Buffer.from(`${pairs(2, 'LAB')}${pairs(2, 'OTHER')}00000000`, 'hex')

    expect(decodeToken(withTargetInfo(list)).ntlm?.netbiosDomain).toBe('LAB')
  })

  it('a list of nothing else than faults is not repeated', () => {
    const list = Buffer.from(`${pairs(2, 'LAB').repeat(200)}00000000`, 'hex')
    const { problems } = decodeToken(withTargetInfo(list))

    expect(problems).toHaveLength(33)
    expect(problems.at(-1)).toBe('And 167 more.')
  })

  it('an unknown id is shown as bytes', () => {
    const { fields, problems } = decodeToken(withTargetInfo(Buffer.from('63000200aabb00000000', 'hex')))

    expect(fields.at(-1)?.fields?.[0]).toMatchObject({
      name: 'MsvAv(99)',
      value: 'aabb',
      explanation: 'unknown',
    })
    expect(problems).toEqual([])
  })
})

describe('what is wrong with DER', () => {
  it('a list of long identifiers stays a line', () => {
    const oid = Buffer.concat([Buffer.from([6, 64]), Buffer.alloc(63, 0xff), Buffer.from([1])])
    const list = sequence(0xa0, sequence(0x30, Buffer.concat(Array<Buffer>(64).fill(oid))))
    const init = sequence(0xa0, sequence(0x30, list))
    const [, mechTypes] = decodeToken(sequence(0x60, Buffer.concat([SPNEGO, init]))).fields

    expect(mechTypes?.fields).toHaveLength(64)
    expect(mechTypes?.value.length).toBeLessThan(230)
  })

  const resp = encodeNegTokenResp({ kind: 'resp', negState: 'accept-incomplete', responseToken: challenge })

  it.each([
    [
      'truncated',
      resp.subarray(0, 60),
      /^The DER element at 0 is truncated: \d+ bytes are announced, \d+ are there\.$/,
    ],
    ['bytes behind', Buffer.concat([resp, Buffer.from('0500', 'hex')]), /^2 bytes behind the token's end\.$/],
    [
      'not in its shortest form',
      Buffer.from('a18107300500a003' + '0a0101', 'hex'),
      /at 0 has a length that is not in its shortest form/,
    ],
    ['indefinite', Buffer.from('a1803000', 'hex'), /indefinite length/],
    ['an unknown state', Buffer.from('a1073005a0030a0109', 'hex'), /^negState: is none of RFC 4178\.$/],
    ['no sequence', Buffer.from('a1020500', 'hex'), /^There is no SEQUENCE at 2\.$/],
    [
      'no mechanisms',
      Buffer.from('600c06062b0601050502a0023000', 'hex'),
      /^The NegTokenInit has no list of mechanisms\.$/,
    ],
  ])('%s', (_name, bytes, problem) => {
    expect(problemsOf(bytes)).toContainEqual(expect.stringMatching(problem))
  })
})

/** SPNEGO's object identifier. */
const SPNEGO = Buffer.from('06062b0601050502', 'hex')

/** An element of DER. */
function sequence(tag: number, contents: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, 0x82, contents.length >> 8, contents.length & 0xff]), contents])
}

const NOBODY = {
  domain: 'LAB',
  user: 'alice',
  workstation: '',
  lmResponse: Buffer.alloc(24),
  ntResponse: Buffer.alloc(24, 1),
  encryptedRandomSessionKey: Buffer.alloc(0),
}

function problemsOf(bytes: Uint8Array): readonly string[] {
  return decodeToken(bytes).problems
}

function changed(original: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(original)
  change(bytes)
  return bytes
}

/** An AV pair in hex. */
function pairs(id: number, text: string): string {
  return encodeAvPairs([{ id, value: UTF16(text) }])
    .subarray(0, -4)
    .toString('hex')
}

/** A CHALLENGE whose target information is these bytes. */
function withTargetInfo(list: Buffer): Buffer {
  const head = Buffer.from(challenge.subarray(0, 62))
  head.writeUInt16LE(list.length, 40)
  head.writeUInt16LE(list.length, 42)
  return Buffer.concat([head, list])
}
