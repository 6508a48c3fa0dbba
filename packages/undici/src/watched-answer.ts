import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { ClientHandler } from './handler-bridge.js'

type Controller = Dispatcher.DispatchController

/** The error that the client gets in the place of an answer, if it gets one. */
export type AnswerWatch = (status: number, headers: IncomingHttpHeaders) => Error | undefined

/**
 * Looks at the status of the answer to a request that somebody else dispatches; at nothing more, unless somebody is asked
 * for credentials by it.
 *
 * @param handler one that nobody else has: its own methods are put in front of those of its class.
 */
export function watchAnswer(handler: ClientHandler, watch: AnswerWatch): ClientHandler {
  const { onResponseStart } = handler
  handler.onResponseStart = (controller, status, headers, message) => {
    const error = status === 401 || status === 407 ? watch(status, headers) : undefined
    if (error === undefined) onResponseStart.call(handler, controller, status, headers, message)
    else failInItsPlace(handler, controller, error)
  }
  return handler
}

/** The client hears of the error, once, and of nothing that comes behind it. */
function failInItsPlace(handler: ClientHandler, controller: Controller, error: Error): void {
  const { onResponseError } = handler
  const ignore = () => {}
  let isTold = false
  handler.onResponseStart = ignore
  handler.onResponseData = ignore
  handler.onResponseEnd = ignore
  handler.onResponseError = () => {
    if (isTold) return
    isTold = true
    onResponseError.call(handler, controller, error)
  }
  controller.abort(error)
  // For a dispatcher that aborts without a word.
  handler.onResponseError(controller, error)
}
