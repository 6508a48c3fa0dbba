/** Errors of the system, of Node and of undici that say the connection was lost, and nothing else. */
const CONNECTION_LOST: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTCONN',
  'UND_ERR_SOCKET',
])

/** Tells whether an error says that the connection was lost, and nothing else. */
export function isLoss(error: Error): boolean {
  const { code = '' } = error as { code?: string }
  return CONNECTION_LOST.has(code)
}

/** Tells whether an error says that what came was no HTTP: Node's parser names its errors so, and undici's. */
export function isGarbage(error: Error): boolean {
  const { code } = error as { code?: unknown }
  // A DOMException has a number there.
  return typeof code === 'string' && code.startsWith('HPE_')
}

/** The error Node gives a request whose connection closed before its answer began. */
export function hangUp(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
}

/** Lets the event loop read what has arrived on the sockets: a poll, and the callbacks of what it closed. */
export function afterPolling(callback: () => void): void {
  setImmediate(() => setImmediate(callback))
}
