import type { Dispatcher } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { ExchangeController } from '../src/controller.js'

const inner = () => ({
  pause: vi.fn(),
  resume: vi.fn(),
  abort: vi.fn(),
})
type Inner = ReturnType<typeof inner>
const attach = (controller: ExchangeController, current: Inner) =>
  controller.attach(current as unknown as Dispatcher.DispatchController)

describe('the controller a client holds', () => {
  it('reports an abort once, with its reason, whatever it is on', () => {
    const onAbort = vi.fn()
    const controller = new ExchangeController(onAbort)
    const reason = new Error('enough')
    controller.abort(reason)
    controller.abort(new Error('again'))
    expect(onAbort).toHaveBeenCalledExactlyOnceWith(reason)
    expect(controller).toMatchObject({ aborted: true, reason })
  })

  it('pauses and resumes what is on the wire now', () => {
    const controller = new ExchangeController(() => {})
    const [first, second] = [inner(), inner()]
    attach(controller, first)
    controller.pause()
    expect([first.pause.mock.calls.length, controller.paused]).toEqual([1, true])
    attach(controller, second)
    expect(second.pause).toHaveBeenCalledOnce()
    controller.resume()
    expect([second.resume.mock.calls.length, first.resume.mock.calls.length, controller.paused]).toEqual([
      1,
      0,
      false,
    ])
  })

  it('has raw fields that an interceptor may change', () => {
    const controller = new ExchangeController(() => {})
    expect(controller.rawHeaders).toBeUndefined()
    controller.rawHeaders = ['a'] as never
    attach(controller, inner())
    expect(controller.rawHeaders).toEqual(['a'])
  })
})
