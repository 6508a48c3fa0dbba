import type { IncomingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Dispatcher, errors } from 'undici'

type Controller = Dispatcher.DispatchController
type Handler = Dispatcher.DispatchHandler

/** Every method of undici's handlers that an exchange calls, present. */
export interface ClientHandler {
  onRequestStart(controller: Controller, context: object): void
  onRequestUpgrade(controller: Controller, status: number, headers: IncomingHttpHeaders, socket: Duplex): void
  onResponseStart(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void
  onResponseData(controller: Controller, chunk: Buffer): void
  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void
  onResponseError(controller: Controller, error: Error): void
  onBodySent(chunk: unknown): void
  onRequestSent(): void
  onResponseStarted(): void
}

/** Reports of the sending, which undici gives to both kinds of handlers. */
interface Reports {
  onBodySent?(chunk: unknown): void
  onRequestSent?(): void
  onResponseStarted?(): void
}

/** The handlers of undici 6 and of the `fetch` in Node 20 and 22. */
interface LegacyHandler extends Reports {
  onConnect?(abort: (reason?: Error) => void, context: object): void
  onUpgrade?(status: number, rawHeaders: Buffer[], socket: Duplex): void
  onHeaders?(status: number, rawHeaders: Buffer[], resume: () => void, message: string): boolean | undefined
  onData?(chunk: Buffer): boolean | undefined
  onComplete?(rawTrailers: Buffer[]): void
  onError?(error: Error): void
}

/**
 * Makes one kind of handler of the two that reach a dispatcher: undici's own, and the older one, which Node's own
 * `fetch` brings along whatever undici is installed.
 */
export function bridgeHandler(handler: Handler): ClientHandler {
  if (typeof handler !== 'object' || handler === null) {
    throw new errors.InvalidArgumentError('handler must be an object')
  }
  if (typeof handler.onRequestStart === 'function') return new CurrentBridge(handler as Handler & Reports)
  return new LegacyBridge(handler as LegacyHandler)
}

/** Passes on what both kinds have in common. */
class ReportBridge {
  readonly #reports: Reports

  constructor(reports: Reports) {
    this.#reports = reports
  }

  onBodySent(chunk: unknown): void {
    this.#reports.onBodySent?.(chunk)
  }

  onRequestSent(): void {
    this.#reports.onRequestSent?.()
  }

  onResponseStarted(): void {
    this.#reports.onResponseStarted?.()
  }
}

/** Fills in the methods that undici lets a handler leave out. */
class CurrentBridge extends ReportBridge implements ClientHandler {
  readonly #handler: Handler

  constructor(handler: Handler & Reports) {
    super(handler)
    this.#handler = handler
  }

  onRequestStart(controller: Controller, context: object): void {
    this.#handler.onRequestStart?.(controller, context)
  }

  onRequestUpgrade(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    socket: Duplex,
  ): void {
    this.#handler.onRequestUpgrade?.(controller, status, headers, socket)
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void {
    this.#handler.onResponseStart?.(controller, status, headers, message)
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk)
  }

  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    this.#handler.onResponseEnd?.(controller, trailers)
  }

  onResponseError(controller: Controller, error: Error): void {
    if (this.#handler.onResponseError === undefined) throw error
    this.#handler.onResponseError(controller, error)
  }
}

class LegacyBridge extends ReportBridge implements ClientHandler {
  readonly #handler: LegacyHandler

  constructor(handler: LegacyHandler) {
    super(handler)
    this.#handler = handler
  }

  onRequestStart(controller: Controller, context: object): void {
    const abort = (reason?: Error) => controller.abort(reason ?? new errors.RequestAbortedError())
    this.#handler.onConnect?.(abort, context)
  }

  onRequestUpgrade(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    socket: Duplex,
  ): void {
    this.#handler.onUpgrade?.(status, rawFields(controller.rawHeaders, headers), socket)
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void {
    const resume = () => controller.resume()
    const raw = rawFields(controller.rawHeaders, headers)
    const goesOn = this.#handler.onHeaders?.(status, raw, resume, message ?? '') !== false
    // `fetch` says so of every interim answer, which has no body to wait for: the one behind it would never be read.
    if (!goesOn && status >= 200) controller.pause()
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#handler.onData?.(chunk) === false) controller.pause()
  }

  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    this.#handler.onComplete?.(rawFields(controller.rawTrailers, trailers))
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#handler.onError === undefined) throw error
    this.#handler.onError(error)
  }
}

/** Names and values in turn, as bytes: what came over the wire where the client kept it. */
function rawFields(raw: unknown, fields: IncomingHttpHeaders): Buffer[] {
  if (Array.isArray(raw) && raw.every((item) => Buffer.isBuffer(item))) return raw
  return Object.entries(fields).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((item) => [Buffer.from(name, 'latin1'), Buffer.from(item, 'latin1')]),
  )
}
