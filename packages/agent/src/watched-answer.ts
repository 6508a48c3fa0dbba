import type { ClientRequest, IncomingMessage } from 'node:http'

/** The error that the client gets in the place of an answer, if it gets one. */
export type AnswerWatch = (response: IncomingMessage) => Error | undefined

/**
 * Looks at the status of the answer to a request that goes without us; at nothing more, unless somebody is asked for
 * credentials by it. No listener is added: Node throws an answer away that nobody listens for.
 */
export function watchAnswer(request: ClientRequest, watch: AnswerWatch): void {
  const emit = request.emit as (event: string, ...rest: unknown[]) => boolean
  const watching = (event: string, ...rest: unknown[]) => {
    if (event !== 'response') return emit.call(request, event, ...rest)
    if (request.emit === watching) request.emit = emit as ClientRequest['emit']
    const response = rest[0] as IncomingMessage
    const { statusCode } = response
    const error = statusCode === 401 || statusCode === 407 ? watch(response) : undefined
    if (error === undefined) return emit.call(request, event, ...rest)
    // In this order: what is destroyed without an error reports none of its own.
    request.destroy()
    request.socket?.destroy()
    emit.call(request, 'error', error)
    return true
  }
  request.emit = watching as ClientRequest['emit']
}
