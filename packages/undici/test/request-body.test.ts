import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { bodyTraits, discardBody, watchBody } from '../src/request-body.js'

describe('a body', () => {
  it.each<[string, unknown, boolean, boolean]>([
    ['nothing', null, false, true],
    ['undefined', undefined, false, true],
    ['an empty string', '', false, true],
    ['a string', 'x', true, true],
    ['a buffer', Buffer.from('x'), true, true],
    ['an empty buffer', Buffer.alloc(0), false, true],
    ['a typed array', new Uint16Array(2), true, true],
    ['an ArrayBuffer', new ArrayBuffer(2), true, true],
    ['a Blob', new Blob(['x']), true, true],
    ['a FormData', new FormData(), true, true],
    ['an array of chunks', ['a', 'b'], true, true],
    ['a stream', Readable.from(['x']), true, false],
    ['an async iterator', (async function* () {})(), true, false],
    ['a web stream', new ReadableStream(), true, false],
  ])('that is %s', (_name, body, hasBody, replayable) => {
    expect(bodyTraits(body as never)).toEqual({ hasBody, replayable })
  })
})

describe('a stream that waits for its connection', () => {
  it('reports its failure, and leaves no listener behind', () => {
    const body = new PassThrough()
    const failed = vi.fn()
    const stop = watchBody(body, failed)
    const error = new Error('disk')
    body.emit('error', error)
    expect(failed).toHaveBeenCalledWith(error)
    stop()
    expect(body.listenerCount('error')).toBe(0)
  })

  it('that failed before reports it too', async () => {
    const body = new PassThrough()
    body.on('error', () => {})
    body.destroy(new Error('disk'))
    await new Promise((resolve) => setImmediate(resolve))
    const failed = vi.fn()
    watchBody(body, failed)
    await Promise.resolve()
    expect(failed).toHaveBeenCalledWith(expect.objectContaining({ message: 'disk' }))
  })

  it('is destroyed when it will not be sent', () => {
    const body = new PassThrough()
    discardBody(body, new Error('rejected'))
    expect(body.destroyed).toBe(true)
  })

  it('is cancelled when it is a web stream', async () => {
    const cancel = vi.fn()
    discardBody(new ReadableStream({ cancel }) as never, new Error('rejected'))
    expect(cancel).toHaveBeenCalledOnce()
  })
})
