import type { NtlmError } from '@ntlmkit/core'
import type { Framing } from './leg-fields.js'

/** A request without a body that carries the handshake, and whose answer the client does not see. */
export interface Leg {
  method: string
  /** Where it goes. Default: the request's own path. */
  path?: string
  /** The credentials field, if it has one. */
  authorization?: string
  /** The client's fields that go with it. */
  framing: Framing
  /** Milliseconds after which no answer is an answer too. Default: as long as the handshake may take. */
  patience?: number
}

/** The next thing to do for a request, on the connection it has. */
export type Step =
  /** Get the credential, then call `negotiate`. */
  | { do: 'negotiate' }
  /** Get a turn to log on, then call `authenticate`. */
  | { do: 'authenticate' }
  /** Send this leg, read its answer to the end, and hand its head to `answer`. */
  | { do: 'leg'; leg: Leg }
  /** Send the client's own request, with this header if there is one, and hand the answer's head to `answer`. */
  | { do: 'send'; authorization?: string }
  /** The answer is the client's; afterwards the connection may serve again, or is closed. */
  | { do: 'deliver'; reusable: boolean; error?: NtlmError }
  /** Close this connection and begin again on a new one. */
  | { do: 'reconnect' }
  /** Close this connection and tell the client. */
  | { do: 'fail'; error: unknown }
