/** How far a request has come, as its server sees it: to an AUTHENTICATE, to its body's first or last byte, ... */
export type Point = 'NEGOTIATE' | 'AUTHENTICATE' | 'body' | 'whole' | 'answer'

export type Kind = 'GET' | 'HEAD' | 'POST' | 'POST stream'

/** How a server ends a connection: with a RST, or with a FIN without a word before it. */
export type Ending = 'reset' | 'end'

/** What stands out in a request. */
export type Twist =
  | { is: 'own' }
  | { is: 'forbidden' }
  /** To an origin, after which the client goes on if it can. */
  | { is: 'redirect'; to: number }

/** One request, as the commands draw it. Numbers choose modulo whatever there is. */
export interface Plan {
  session: number
  origin: number
  kind: Kind
  /** Bytes of the body. */
  size: number
  /** Turns of the event loop that the server takes over its answer. */
  slow: number
  /** When the client gives it up: after so many turns, or once the server has seen that much. */
  abort?: number | Point
  /** Where the server ends the connection under it, once. */
  cut?: { at: Point; how: Ending }
  twist?: Twist
}

/** Lets the event loop turn, with a poll of the sockets each time. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The plan in short, for whoever reads a counterexample. */
export function described({ session, origin, kind, size, slow, abort, cut, twist }: Plan): string {
  return [
    `s${session} ${kind} o${origin}`,
    size > 0 && kind.startsWith('POST') ? `${size} bytes` : '',
    slow > 0 ? `slow ${slow}` : '',
    abort === undefined ? '' : `abort ${typeof abort === 'number' ? 'after' : 'at'} ${abort}`,
    cut === undefined ? '' : `cut (${cut.how}) at ${cut.at}`,
    twist === undefined ? '' : twist.is === 'redirect' ? `redirect to o${twist.to}` : twist.is,
  ]
    .filter((part) => part !== '')
    .join(', ')
}
