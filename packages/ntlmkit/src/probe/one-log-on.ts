import { Agent, type ClientRequest } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { channels, NtlmError } from '@ntlmkit/core'

/**
 * Sees to it that one AUTHENTICATE is sent and no other: an agent tries again where a connection closed on the first, and
 * a server that counts wrong passwords may have counted it.
 */
export class OneLogOn {
  /** Opens the connections: none once a CHALLENGE came, because the AUTHENTICATE follows it at once. */
  readonly agent: Agent
  readonly #origin: string
  #isChallenged = false

  constructor(url: URL, trust: object) {
    this.#origin = url.origin
    this.agent =
      url.protocol === 'https:' ? new HttpsAgent({ ...trust, ALPNProtocols: ['http/1.1'] }) : new Agent()
    const open = this.agent.createConnection.bind(this.agent)
    this.agent.createConnection = (options, created) => {
      if (this.#isChallenged) throw this.#isOver()
      return open(options, created)
    }
  }

  /**
   * Listens to what comes of the request.
   *
   * @param onAnswer called for each answer to a token.
   * @param onSecond called where a second handshake began, which has been broken off by then.
   * @returns ends it.
   */
  watch(request: ClientRequest, onAnswer: () => void, onSecond: (error: Error) => void): () => void {
    return channels.leg.subscribe((event) => {
      if (event.request !== request) return
      onAnswer()
      if (event.flags === undefined || event.phase === 'authenticate') return
      if (this.#isChallenged) {
        // Its AUTHENTICATE would follow in this turn.
        request.destroy()
        onSecond(this.#isOver())
      }
      this.#isChallenged = true
    })
  }

  #isOver(): NtlmError {
    return new NtlmError(
      'ERR_NTLM_CONNECTION_CLOSED',
      `${this.#origin} gave no answer to the AUTHENTICATE, and no second one was sent.`,
      {
        phase: 'authenticate',
        hint: 'A few servers say no to a credential in this way: check it before you try again.',
      },
    )
  }
}
