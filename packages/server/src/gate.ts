import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { Answers } from './answers.js'
import type { ResolvedAuthOptions } from './auth-options.js'
import { Authenticator, type Decision } from './authenticator.js'
import { type Connection, Connections } from './connection.js'
import { countBody, noteStatus, type RequestRecord, recordOf } from './request-record.js'

/** A gate before the handler: sees every request, answers the legs of handshakes, and lets the rest pass. */
export class Gate {
  readonly connections = new Connections()
  readonly #options: ResolvedAuthOptions
  readonly #authenticator: Authenticator
  readonly #answers: Answers

  constructor(options: ResolvedAuthOptions) {
    this.#options = options
    this.#authenticator = new Authenticator(options)
    this.#answers = new Answers(options)
  }

  /**
   * Lets the request pass, true, or answers it itself.
   *
   * @param onRecord called at once with the record of the request, which goes on being filled in.
   * @throws {NtlmError} ERR_NTLM_CONFIG where channel binding is required on a connection with nothing to bind to, for an
   *   account store that throws, with its error as the cause, or finds what is no secret, and for a predicate of
   *   anonymous requests that does not decide.
   */
  async admit(
    request: IncomingMessage,
    response: ServerResponse,
    onRecord?: (record: RequestRecord) => void,
  ): Promise<boolean> {
    const connection = this.connections.ofRequest(request)
    const record = recordOf(request, connection.number)
    countBody(request, response, record)
    noteStatus(response, record)
    onRecord?.(record)
    response.once('close', () => this.#options.onRequest?.(record))

    const decision = await this.#decide(connection, request, response, record)
    if (decision === undefined) return false
    if (decision.do === 'admit') {
      request.ntlm = decision.identity
      for (const [name, value] of this.#answers.admission(decision)) response.setHeader(name, value)
      return true
    }
    this.#answers.refuse(request, response, decision)
    return false
  }

  /** Undefined when the client has gone meanwhile. */
  #decide(
    connection: Connection,
    request: IncomingMessage,
    response: ServerResponse,
    record: RequestRecord,
  ): Promise<Decision | undefined> {
    return connection.inTurn(async () => {
      const decision = await this.#authenticator.decide(connection, request, record)
      const milliseconds = this.#delayOf(record)
      if (milliseconds > 0) await delay(milliseconds, response)
      return response.destroyed ? undefined : decision
    })
  }

  #delayOf(record: RequestRecord): number {
    const { delay = 0 } = this.#options
    return typeof delay === 'function' ? delay(record) : delay
  }
}

/** Waits, but not for a client that has gone. */
async function delay(milliseconds: number, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  response.once('close', leave)
  try {
    await wait(milliseconds, undefined, { ref: false, signal: gone.signal })
  } catch (error) {
    if (!gone.signal.aborted) throw error
  } finally {
    response.off('close', leave)
  }
}
