/** Errors of the system that say the connection was lost, and nothing else. */
const CONNECTION_LOST: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOTCONN'])

/** Whether an error says that the connection was lost, and nothing else. */
export function isLoss(error: Error): boolean {
  const { code = '' } = error as { code?: string }
  return CONNECTION_LOST.has(code)
}

/** The error Node gives a request whose connection closed before its answer began. */
export function hangUp(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
}

/** Lets the event loop read what has arrived on the sockets: a poll, and the callbacks of what it closed. */
export function afterPolling(callback: () => void): void {
  setImmediate(() => setImmediate(callback))
}
