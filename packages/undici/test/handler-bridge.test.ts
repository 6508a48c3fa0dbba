import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { bridgeHandler } from '../src/handler-bridge.js'

const controller = (raw?: unknown) =>
  ({
    rawHeaders: raw,
    rawTrailers: raw,
    pause: vi.fn(),
    resume: vi.fn(),
    abort: vi.fn(),
  }) as unknown as Dispatcher.DispatchController

const bridge = (handler: object) => bridgeHandler(handler as Dispatcher.DispatchHandler)

describe('a handler of undici’s present kind', () => {
  it('gets every call as it is, and may leave methods out', () => {
    const onResponseStart = vi.fn()
    const bridged = bridge({ onRequestStart() {}, onResponseStart })
    const held = controller()
    bridged.onResponseStart(held, 200, { a: 'b' }, 'OK')
    expect(onResponseStart).toHaveBeenCalledWith(held, 200, { a: 'b' }, 'OK')
    expect(() => bridged.onResponseEnd(held, {})).not.toThrow()
    expect(() => bridged.onBodySent('x')).not.toThrow()
  })

  it('that cannot take an error has it thrown', () => {
    expect(() => bridge({ onRequestStart() {} }).onResponseError(controller(), new Error('lost'))).toThrow(
      'lost',
    )
  })
})

describe('a handler of the older kind', () => {
  it('gets the raw fields that came over the wire', () => {
    const onHeaders = vi.fn()
    const raw = [Buffer.from('A'), Buffer.from('b')]
    bridge({ onHeaders }).onResponseStart(controller(raw), 200, { a: 'b' }, 'OK')
    expect(onHeaders).toHaveBeenCalledWith(200, raw, expect.any(Function), 'OK')
  })

  it('gets them as bytes where there are none, a pair for each value', () => {
    const onHeaders = vi.fn()
    bridge({ onHeaders }).onResponseStart(controller(), 200, { a: ['1', '2'], b: '3' }, undefined)
    const [, raw, , message] = onHeaders.mock.calls[0]
    expect(raw.map(String)).toEqual(['a', '1', 'a', '2', 'b', '3'])
    expect(message).toBe('')
  })

  it('stops and starts the answer by its return value and resume', () => {
    const held = controller()
    let resume = () => {}
    const bridged = bridge({
      onHeaders: (_status: number, _raw: Buffer[], given: () => void) => {
        resume = given
        return false
      },
      onData: () => false,
    })
    bridged.onResponseStart(held, 200, {}, '')
    bridged.onResponseData(held, Buffer.from('x'))
    expect(held.pause).toHaveBeenCalledTimes(2)
    resume()
    expect(held.resume).toHaveBeenCalledOnce()
  })

  it('stops nothing by what it returns to an interim answer, which fetch does for each', () => {
    const held = controller()
    bridge({ onHeaders: () => false }).onResponseStart(held, 103, {}, '')
    expect(held.pause).not.toHaveBeenCalled()
  })

  it('aborts with a reason even when it names none', () => {
    const held = controller()
    bridge({ onConnect: (abort: () => void) => abort() }).onRequestStart(held, {})
    expect(held.abort).toHaveBeenCalledWith(expect.objectContaining({ code: 'UND_ERR_ABORTED' }))
  })

  it('gets an upgrade, trailers, errors and reports', () => {
    const calls: string[] = []
    const note = (name: string) => () => void calls.push(name)
    const names = ['onUpgrade', 'onComplete', 'onError', 'onBodySent', 'onRequestSent', 'onResponseStarted']
    const bridged = bridge(Object.fromEntries(names.map((name) => [name, note(name)])))
    bridged.onRequestUpgrade(controller(), 101, {}, {} as Duplex)
    bridged.onResponseEnd(controller(), {})
    bridged.onResponseError(controller(), new Error('x'))
    bridged.onBodySent('x')
    bridged.onRequestSent()
    bridged.onResponseStarted()
    expect(calls).toEqual(names)
  })
})

it('what is no handler is refused', () => {
  expect(() => bridgeHandler(undefined as unknown as Dispatcher.DispatchHandler)).toThrow(
    expect.objectContaining({ code: 'UND_ERR_INVALID_ARG', message: 'handler must be an object' }),
  )
})
