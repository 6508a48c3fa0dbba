import type { NtlmError } from '../errors.js'

/** What the transport does next. */
export type Step =
  /** Get a turn at the origin's gate and the credential, then call `negotiate`. */
  | { do: 'handshake' }
  /**
   * Send this request without a body, with this header if there is one, drain the answer and hand it to `answer`. It goes
   * to the request's own path, if no other is given.
   */
  | { do: 'leg'; method: string; path?: string; authorization?: string }
  /** Send the client's own request, with this header if there is one, and hand the answer's head to `answer`. */
  | { do: 'send'; authorization?: string }
  /** The answer is the client's; afterwards the connection may serve again, or is closed. */
  | { do: 'deliver'; reusable: boolean; error?: NtlmError }
  /** Close this connection and begin again on a new one. */
  | { do: 'reconnect' }
  /** Close this connection and tell the client. */
  | { do: 'fail'; error: unknown }

/** The head of an answer: its status and, in lower case, the fields that matter here. */
export interface ResponseHead {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Whether the server ends the connection after this answer (RFC 9112 9.3). */
export function closes({ headers }: ResponseHead): boolean {
  const { connection } = headers
  const options = Array.isArray(connection) ? connection.join(',') : connection
  return options !== undefined && /(?:^|,)\s*close\s*(?:,|$)/i.test(options)
}
