import type { Socket } from 'node:net'
import type { NtlmError } from '@ntlmkit/core'
import { nodeInternals } from '@ntlmkit/transport'
import { refusedVia } from './via.js'

/** Marks a connection that has an owner, one agent of one identity; all copies of this package share the mark. */
const OWNED = Symbol.for('ntlmkit.ownedConnection')

type Marked = Socket & { [OWNED]?: readonly unknown[] }

/** The connection belongs to one agent from now on, and to nobody else as long as it lives. */
export function own(socket: Socket): void {
  Object.defineProperty(socket, OWNED, { value: nodeInternals.ownersOf(socket), configurable: true })
}

/** Tells whether a connection has an owner. */
export function isOwned(given: unknown): given is Socket {
  return typeof given === 'object' && given !== null && OWNED in given
}

/** Somebody's agent gave a connection away once more: it lets go of it, and whoever owns it has it as before. */
export function leaveToOwner(socket: Socket): void {
  nodeInternals.leaveToOwners(socket, (socket as Marked)[OWNED] ?? [])
}

/**
 * Closes an owned connection as soon as another agent has taken it into its books: a request of somebody else would go on
 * it, as the user of its owner. An agent that was asked from here has let go of it by then.
 */
export function guard(socket: Socket): void {
  let isChecking = false
  socket.on('newListener', (event) => {
    if (event !== 'agentRemove' || isChecking) return
    isChecking = true
    process.nextTick(() => {
      isChecking = false
      if (nodeInternals.hasOtherOwner(socket, (socket as Marked)[OWNED] ?? [])) socket.destroy(givenBefore())
    })
  })
}

/** The error of whoever gets, or has, a connection that an agent has given twice. */
export function givenBefore(): NtlmError {
  return refusedVia(
    'it gave a connection that it had already given.',
    'Give one that opens a connection each time it is asked: they are kept here, and one serves one user.',
  )
}
