import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

/** What is asked, and what the user does in the moment of the fault. */
export interface RequestKind {
  method: 'GET' | 'HEAD' | 'POST'
  body: 'none' | 'buffer' | 'stream'
  /** In the moment of the fault: gives up, or waits until the time is over that the client allows. */
  user: 'waits' | 'aborts' | 'times out'
}

export const KINDS = {
  GET: { method: 'GET', body: 'none', user: 'waits' },
  HEAD: { method: 'HEAD', body: 'none', user: 'waits' },
  'POST buffer': { method: 'POST', body: 'buffer', user: 'waits' },
  'POST stream': { method: 'POST', body: 'stream', user: 'waits' },
  'GET, aborted': { method: 'GET', body: 'none', user: 'aborts' },
  'POST buffer, aborted': { method: 'POST', body: 'buffer', user: 'aborts' },
  'POST stream, aborted': { method: 'POST', body: 'stream', user: 'aborts' },
  'GET, timed out': { method: 'GET', body: 'none', user: 'times out' },
  'POST buffer, timed out': { method: 'POST', body: 'buffer', user: 'times out' },
  'POST stream, timed out': { method: 'POST', body: 'stream', user: 'times out' },
} as const satisfies Record<string, RequestKind>

export type KindName = keyof typeof KINDS

const PIECE = 16 * 1024

/** Several pieces: a stream stops behind the first until its gate opens. */
export const BODY = Buffer.alloc(4 * PIECE, 'ntlmkit fault matrix ')
export const BODY_SHA256 = createHash('sha256').update(BODY).digest('hex')

/** Holds a body back. */
export class Gate {
  readonly opened: Promise<void>
  #open!: () => void

  constructor() {
    this.opened = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  open(): void {
    this.#open()
  }
}

/** The body as a stream, held back before its first piece or behind it. */
export function gatedBody(gate: Gate, at: 'start' | 'middle' | 'nowhere'): Readable {
  return Readable.from(pieces(gate, at), { objectMode: false })
}

async function* pieces(gate: Gate, at: 'start' | 'middle' | 'nowhere'): AsyncIterable<Buffer> {
  if (at === 'start') await gate.opened
  yield BODY.subarray(0, PIECE)
  if (at === 'middle') await gate.opened
  for (let start = PIECE; start < BODY.length; start += PIECE) yield BODY.subarray(start, start + PIECE)
}
