import type { ClientRequest, IncomingMessage } from 'node:http'

/**
 * Lets the rest of a request's body go out behind an answer that came before its end. Once the answer is complete Node
 * looks neither at the socket's 'drain' nor at its 'timeout' any more: a stream of more than the socket takes at once
 * would stand still for ever, and the connection with it. Nor does a client, whose request has been answered.
 */
export function finishBodyBehind(answer: IncomingMessage, request: ClientRequest): void {
  const { socket } = request
  if (request.writableEnded || socket === null) return
  const onDrain = () => {
    if (request.writableNeedDrain) request.emit('drain')
  }
  const onTimeout = () => {
    if (answer.readableEnded) socket.destroy()
  }
  socket.on('drain', onDrain)
  socket.on('timeout', onTimeout)
  request.once('close', () => {
    socket.off('drain', onDrain)
    socket.off('timeout', onTimeout)
  })
}
