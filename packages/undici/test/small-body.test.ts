import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { isSmall, readSmall } from '../src/small-body.js'

const of = (length: number | string) => ['content-length', String(length)]

describe('a body that could be sent once only', () => {
  it('is read first where it says that it is small', async () => {
    const body = Readable.from([Buffer.from('a'), 'b'])
    expect(isSmall(body, of(2))).toBe(true)
    expect(await readSmall(body)).toEqual(Buffer.from('ab'))
  })

  it.each([
    ['says nothing', []],
    ['says that it is long', of(64 * 1024 + 1)],
    ['says no number', of('many')],
  ])('is left alone where it %s', (_what, headers) => {
    expect(isSmall(Readable.from(['a']), headers)).toBe(false)
  })

  it('that is in memory is nothing to read', () => {
    expect(isSmall('text', of(4))).toBe(false)
  })

  it('is handed on whole, unread from there on, where it is longer than it said', async () => {
    const chunk = Buffer.alloc(40 * 1024)
    const read = await readSmall(Readable.from([chunk, chunk, chunk]))
    let size = 0
    for await (const piece of read as AsyncIterable<Buffer>) size += piece.length
    expect(size).toBe(3 * chunk.length)
  })
})
