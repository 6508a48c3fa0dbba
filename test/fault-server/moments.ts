import type { Fault } from './faults.js'

/**
 * Where in the life of a connection the server stands when it asks its plan for a fault, in the order of that life:
 *
 * - `accept`: the TCP connection is there; over TLS, nothing has been said yet.
 * - `connect`: the connection is ready for its first request; over TLS, its handshake is done.
 * - `negotiate`: a NEGOTIATE was read to the end of its request. A fault takes the place of the CHALLENGE.
 * - `challenge`: a fault goes out together with the CHALLENGE.
 * - `authenticate`: the CHALLENGE is out, the AUTHENTICATE has not come.
 * - `refusal`: a 401 without a token is about to be written. A fault takes its place.
 * - `body`: the first bytes of an authenticated request's body have come.
 * - `answer`: the application has the request. A fault takes the place of its answer.
 * - `response`: a fault comes in the middle of the answer's body.
 * - `idle`: the answer is out; the connection waits for the next request.
 */
export type Leg =
  | 'accept'
  | 'connect'
  | 'negotiate'
  | 'challenge'
  | 'authenticate'
  | 'refusal'
  | 'body'
  | 'answer'
  | 'response'
  | 'idle'

/** What a plan is asked about. */
export interface Moment {
  readonly leg: Leg
  /** Of the server, from 1 in the order they were accepted. */
  readonly connection: number
  /** Requests that the connection had finished before: 0 for the first one. */
  readonly served: number
  /** Of the request at hand: its `x-case` field, or `case` in its query. */
  readonly caseId: string | undefined
  /** The request at hand; undefined at `accept` and `connect`. */
  readonly request: RequestHead | undefined
  /** Who the connection is authenticated as. */
  readonly user: string | undefined
}

/**
 * Asked at every leg of every connection: the fault to apply there, or undefined for none. Where no answer is due
 * (`connect`, `authenticate`, `body`, `idle`) the fault may come later.
 */
export type Plan = (moment: Moment) => Fault | undefined | Promise<Fault | undefined>

export interface RequestHead {
  readonly method: string
  readonly target: string
  /** Names in lower case; lines of the same name joined with a comma. */
  readonly fields: Readonly<Record<string, string>>
}

/** A request names the case it belongs to in a field, or in its query where a client adds no fields. */
export function caseOf({ fields, target }: RequestHead): string | undefined {
  const named = fields['x-case']
  if (named !== undefined) return named
  return new URL(target, 'http://localhost').searchParams.get('case') ?? undefined
}
