import { buffer } from 'node:stream/consumers'
import { ReadableStream } from 'node:stream/web'
import { describe, expect, it } from 'vitest'
import { ownFormData, wholeIfAtHand } from '../src/own-body.js'

/** A stream of these pieces, of which the last comes when it is let come. */
function heldBack(pieces: readonly string[]) {
  const cancelled: unknown[] = []
  let finish = () => {}
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces.slice(0, -1)) controller.enqueue(Buffer.from(piece))
      finish = () => {
        controller.enqueue(Buffer.from(pieces.at(-1)!))
        controller.close()
      }
    },
    cancel: (reason) => void cancelled.push(reason),
  })
  return { stream, cancelled, finish: () => finish() }
}

describe('the body of a Request', () => {
  it('is read where it is there', async () => {
    const { stream, finish } = heldBack(['a', 'b'])
    finish()
    expect(Buffer.from((await wholeIfAtHand(stream)) as Uint8Array).toString()).toBe('ab')
  })

  it('goes on as a stream of all of it where some is not', async () => {
    const { stream, finish } = heldBack(['a', 'b'])
    const rest = (await wholeIfAtHand(stream)) as ReadableStream<Uint8Array>
    expect(rest).toBeInstanceOf(ReadableStream)
    finish()
    expect((await buffer(rest)).toString()).toBe('ab')
  })

  it('goes on as a stream where it is large, with nothing read beyond what is asked for', async () => {
    let pulled = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(Buffer.alloc(40_000))
      },
    })
    const rest = await wholeIfAtHand(stream)
    expect(rest).toBeInstanceOf(ReadableStream)
    await new Promise((resolve) => setImmediate(resolve))
    expect(pulled).toBeLessThanOrEqual(5)
  })

  it('is cancelled with what has read it', async () => {
    const { stream, cancelled } = heldBack(['a', 'b'])
    const rest = (await wholeIfAtHand(stream)) as ReadableStream<Uint8Array>
    await rest.cancel('enough')
    expect(cancelled).toEqual(['enough'])
  })

  it('that fails fails what reads it', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new Error('lost')),
    })
    await expect(wholeIfAtHand(stream)).rejects.toThrow('lost')
  })
})

it.each([undefined, null, 'text', new Uint8Array(1), new URLSearchParams('a=b'), new Blob(['x'])])(
  'a body that is no FormData stays as it is: %s',
  (body) => {
    expect(ownFormData(body)).toBe(body)
  },
)
