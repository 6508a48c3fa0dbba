import { describe, expect, it } from 'vitest'
import { ByteReader, MessageWriter } from '../../src/ntlm/bytes.js'

const bytes = Buffer.from('0102030405060708090a0b0c', 'hex')

describe('ByteReader', () => {
  it('reads little-endian numbers one after the other', () => {
    const reader = new ByteReader(bytes, 'test')
    expect(reader.u8()).toBe(0x01)
    expect(reader.u16()).toBe(0x0302)
    expect(reader.u32()).toBe(0x07060504)
    expect(reader.position).toBe(7)
    expect(reader.remaining).toBe(5)
    expect(new ByteReader(bytes, 'test').u64()).toBe(0x0807060504030201n)
  })

  it('reads from a view into a larger buffer', () => {
    expect(new ByteReader(new Uint8Array(bytes.buffer, bytes.byteOffset + 4, 4), 'test').u32()).toBe(
      0x08070605,
    )
  })

  it('says where a read would pass the end', () => {
    const reader = new ByteReader(bytes, 'test message')
    reader.bytes(10)
    expect(() => reader.u32()).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_BAD_CHALLENGE',
        message: 'The test message needs 4 more bytes at offset 10 and has 2.',
      }),
    )
  })

  it.each([
    ['past the end', 10, 3],
    ['far outside', 0xfffffff0, 16],
    ['with an offset that wraps in 32 bits', 0xffffffff, 2],
    ['at the very end', 12, 1],
  ])('refuses a field %s', (_name, offset, length) => {
    const reader = new ByteReader(bytes, 'test message')
    expect(() => reader.field({ offset, length }, 'Field')).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_BAD_CHALLENGE',
        message: `The test message has its Field at ${offset}, ${length} bytes long, outside its 12 bytes.`,
      }),
    )
  })

  it('reads a field up to the last byte, and an empty one from anywhere', () => {
    const reader = new ByteReader(bytes, 'test')
    expect(reader.field({ offset: 10, length: 2 }, 'Field').toString('hex')).toBe('0b0c')
    expect(reader.field({ offset: 0xffffffff, length: 0 }, 'Field')).toHaveLength(0)
  })

  it('does not look at the MaxLen of a descriptor', () => {
    const reader = new ByteReader(Buffer.from('0400ffff08000000', 'hex'), 'test')
    expect(reader.descriptor()).toEqual({ length: 4, offset: 8 })
  })
})

describe('MessageWriter', () => {
  it('writes descriptors in one order and their fields in another', () => {
    const writer = new MessageWriter(16, 3)
    const second = writer.reserve(Buffer.from([0xbb]))
    const first = writer.reserve(Buffer.from([0xaa, 0xaa]))
    writer.descriptor(2, first).descriptor(1, second)
    expect(writer.finish().toString('hex')).toBe('02000200110000000100010010000000bbaaaa')
  })
})
