import { ConnectionAuth } from '../../src/rules/connection-auth.js'
import { type NtlmOptions, resolveOptions } from '../../src/rules/options.js'
import { OutgoingRequest, type RequestTraits } from '../../src/rules/outgoing-request.js'
import { type OriginSession, Session } from '../../src/rules/session.js'
import type { Leg } from '../../src/rules/step.js'
import { type DrivenConnection, Driver, type ExchangeOwner } from '../../src/sockets/driver.js'
import type { LegOutcome } from '../../src/sockets/leg.js'
import { ORIGIN } from '../rules/told-connection.js'

export function sessionWith(
  password: string | (() => Promise<string>) = 'x',
  given: Partial<NtlmOptions> = {},
  origin = ORIGIN,
): OriginSession {
  const options = {
    username: 'LAB\\alice',
    password,
    origins: '*',
    handshakeTimeout: 10_000,
    ...given,
  } as const
  return new Session(resolveOptions(options)).at(origin)
}

/** Somebody who owns connections, and notes what the driver asks of it. */
export class Owner implements ExchangeOwner<DrivenConnection> {
  readonly asked: string[] = []
  readonly driver: Driver<DrivenConnection>
  readonly #session: OriginSession
  #done: ((outcome: LegOutcome) => void) | undefined
  error: unknown
  usable = true

  constructor(session: OriginSession, traits: RequestTraits) {
    this.#session = session
    this.driver = new Driver(session, new OutgoingRequest(traits), this)
  }

  /** @param certificate DER. Default: there is none. */
  begin(certificate?: Uint8Array): this {
    const { options, memory } = this.#session
    const owner = this
    const auth = new ConnectionAuth({ options, memory, certificate })
    this.driver.begin({
      auth,
      get usable() {
        return owner.usable
      },
    })
    return this
  }

  sendLeg(_connection: DrivenConnection, { method }: Leg, done: (outcome: LegOutcome) => void): void {
    this.asked.push(`leg ${method}`)
    this.#done = done
  }

  sendRequest(_connection: DrivenConnection, authorization: string | undefined): void {
    this.asked.push(authorization === undefined ? 'request' : 'request with a token')
  }

  reconnect(): void {
    this.asked.push('reconnect')
  }

  fail(error: unknown): void {
    this.asked.push('fail')
    this.error = error
    this.driver.finish()
  }

  legEnds(outcome: LegOutcome): void {
    this.#done!(outcome)
  }
}
