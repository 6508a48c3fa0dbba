import { describe, expect, it } from 'vitest'
import { challengeAround, challengeBytes, NAMES, pointAt } from '../../../../test/hostile/challenge-tokens.js'
import { AvId, type AvPair, encodeAvPairs } from '../../src/ntlm/av-pairs.js'
import { decodeAuthenticate, ntlmV2ResponsePairs } from '../../src/ntlm/messages.js'
import { initiatorWith } from './conversation.js'

const EOL = Buffer.alloc(4)
const FIXED: Readonly<Record<number, number>> = { 6: 4, 7: 8, 10: 16 }

/** One pair's bytes, with a length of its own. */
function pair(id: number, value: Uint8Array, length = value.length): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt16LE(id, 0)
  header.writeUInt16LE(length, 2)
  return Buffer.concat([header, value])
}

const flags = (value: number): AvPair => ({ id: AvId.FLAGS, value: Buffer.from([value, 0, 0, 0]) })
const timestamp = (octet: number): AvPair => ({ id: AvId.TIMESTAMP, value: Buffer.alloc(8, octet) })

async function answer(challenge: Buffer) {
  const initiator = await initiatorWith()
  initiator.step()
  const message = decodeAuthenticate(initiator.step(challenge).token!)
  return { message, pairs: ntlmV2ResponsePairs(message.ntResponse)! }
}

const of = (pairs: readonly AvPair[], id: number) => pairs.filter((each) => each.id === id)

const malformed = (message: unknown) =>
  expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', phase: 'challenge', message })

describe('target info with a pair twice', () => {
  it('MsvAvFlags: the first is answered with the MIC bit, the second echoed as it was', async () => {
    const { message, pairs } = await answer(
      challengeAround(encodeAvPairs([flags(1), ...NAMES, flags(4), timestamp(7)])),
    )
    expect(of(pairs, AvId.FLAGS)).toEqual([flags(3), flags(4)])
    expect(message.mic).toHaveLength(16)
  })

  it('MsvAvFlags that claim a MIC already: no bit is lost, and there is one MIC', async () => {
    const { message, pairs } = await answer(challengeAround(encodeAvPairs([flags(6), timestamp(7)])))
    expect(of(pairs, AvId.FLAGS)).toEqual([flags(6)])
    expect(message.mic).toHaveLength(16)
  })

  it('MsvAvFlags that claim a MIC where none is sent: the bit goes, from each of them', async () => {
    const { message, pairs } = await answer(challengeAround(encodeAvPairs([flags(7), ...NAMES, flags(2)])))
    expect(of(pairs, AvId.FLAGS)).toEqual([flags(5), flags(0)])
    expect(message.mic).toBeUndefined()
  })

  it('MsvAvTimestamp: the first is the time of the response', async () => {
    const { message } = await answer(challengeAround(encodeAvPairs([timestamp(0x11), timestamp(0x22)])))
    expect(Buffer.from(message.ntResponse.subarray(24, 32))).toEqual(Buffer.alloc(8, 0x11))
  })

  it('MsvAvEOL: the first ends it, and what follows is not echoed', async () => {
    const list = Buffer.concat([pair(3, Buffer.from('a\0')), EOL, pair(4, Buffer.from('b\0')), EOL])
    const { pairs } = await answer(challengeAround(list))
    expect(pairs).toEqual([{ id: 3, value: Buffer.from('a\0') }])
  })
})

describe('target info that is not what its lengths say', () => {
  it.each([
    [
      'has no MsvAvEOL',
      pair(1, Buffer.alloc(4)),
      'The AV pair list needs 2 more bytes at offset 8 and has 0.',
    ],
    [
      'ends within a pair',
      pair(1, Buffer.alloc(2), 4),
      'The AV pair list needs 4 more bytes at offset 4 and has 2.',
    ],
    [
      'ends within the head of a pair',
      Buffer.from([1, 0]),
      'The AV pair list needs 2 more bytes at offset 2 and has 0.',
    ],
    [
      'has a pair of 65,535 bytes in a few',
      pair(9, EOL, 0xffff),
      'The AV pair list needs 65535 more bytes at offset 4 and has 4.',
    ],
    [
      'has an MsvAvEOL with a length',
      pair(0, Buffer.alloc(9)),
      'The MsvAvEOL of an AV pair list is 9 bytes long, not 0.',
    ],
    [
      'has a timestamp of no bytes',
      Buffer.concat([pair(7, Buffer.alloc(0)), EOL]),
      'AV pair 7 is 0 bytes long, not 8.',
    ],
  ])('%s', async (_name, list, message) => {
    await expect(answer(challengeAround(list))).rejects.toThrow(malformed(message))
  })

  it.each([
    ['behind the message', 8, 0x10000],
    ['across its end', 0xffff, 48],
    ['where an addition of 32 bits would wrap', 0x20, 0xfffffff0],
  ])('points %s', async (_where, length, offset) => {
    const challenge = pointAt(challengeBytes(), length, offset)
    const expected = `The CHALLENGE message has its TargetInfo at ${offset}, ${length} bytes long, outside its ${challenge.length} bytes.`
    await expect(answer(challenge)).rejects.toThrow(malformed(expected))
  })

  it('points into the header, which is read as pairs like anything else', async () => {
    await expect(answer(pointAt(challengeBytes(), 16, 0))).rejects.toThrow(malformed(expect.any(String)))
  })
})

describe('an AV pair of every id and every hostile length', () => {
  const LENGTHS = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 255, 4096]

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x7fff, 0xffff])(
    'id %i is kept at its right length, and malformed at any other',
    async (id) => {
      for (const length of LENGTHS) {
        const challenge = challengeAround(Buffer.concat([pair(id, Buffer.alloc(length, 0x41)), EOL]))
        if (length !== (FIXED[id] ?? length)) {
          const expected = `AV pair ${id} is ${length} bytes long, not ${FIXED[id]}.`
          await expect(answer(challenge)).rejects.toThrow(malformed(expected))
          continue
        }
        const { pairs } = await answer(challenge)
        const initiatorsOwn = id === AvId.TARGET_NAME || id === AvId.CHANNEL_BINDINGS
        expect(of(pairs, id)).toHaveLength(initiatorsOwn ? 0 : 1)
      }
    },
  )
})

describe('target info of 64 KB', () => {
  /** The bytes the NT response has beside the pairs of the challenge: proof, blob, MsvAvFlags and the end. */
  const ROOM = 16 + 28 + 8 + 4

  it('of thousands of pairs that nobody knows is echoed whole, in its order', async () => {
    const unknown = Array.from({ length: 16_000 }, (_, i) => ({ id: 100 + i, value: Buffer.alloc(0) }))
    const { pairs } = await answer(challengeAround(encodeAvPairs(unknown)))
    expect(pairs).toHaveLength(16_000)
    expect(pairs[15_999].id).toBe(16_099)
  })

  it('is answered up to the last byte that the response has room for', async () => {
    const value = Buffer.alloc(0xffff - ROOM - 12 - 4 - 8)
    const most = [timestamp(1), { id: 100, value }]
    const { message } = await answer(challengeAround(encodeAvPairs(most)))
    expect(message.ntResponse.length).toBeLessThanOrEqual(0xffff)
    const more = [timestamp(1), { id: 100, value: Buffer.alloc(0xffff - 20) }]
    await expect(answer(challengeAround(encodeAvPairs(more)))).rejects.toThrow(
      malformed('A field of the message would be longer than 65,535 bytes: the target info leaves no room.'),
    )
  })
})
