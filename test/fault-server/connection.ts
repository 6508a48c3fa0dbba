import { legOf } from '#leg-of'
import { type Answer, errorPage, interim, json, unauthorized } from './answers.js'
import type { Admission, ConnectionAuthentication } from './authentication.js'
import type { Channel } from './channel.js'
import type { Fault } from './faults.js'
import { answerUnder, type FaultyAnswer, GARBAGE, type Reach } from './faulty-answer.js'
import { caseOf, type Leg, type Plan, type RequestHead } from './moments.js'
import { RecordedRequest, type RequestRecord } from './request-log.js'
import { type RequestListener, RequestReader } from './request-reader.js'
import type { CertificateName, TlsLayer } from './tls-layer.js'

/** What a connection needs of its server. */
export interface ConnectionHost {
  ask: Plan
  /** A request has begun; what becomes of it is written into the record. */
  begun(record: RequestRecord): void
  /** Nothing is written into it any more. */
  ended(record: RequestRecord): void
}

export interface ConnectionTls {
  layer: TlsLayer
  certificate: CertificateName
}

const NOTHING = Buffer.alloc(0)

/** One connection: its requests in turn, each with the faults that the plan has for it. */
export class Connection implements RequestListener {
  readonly #number: number
  readonly #channel: Channel
  readonly #authentication: ConnectionAuthentication
  readonly #host: ConnectionHost
  readonly #tls: ConnectionTls | undefined
  readonly #reader = new RequestReader(this)
  #request: RecordedRequest | undefined
  #admission: Promise<Admission> | undefined
  /** Of the request at hand, or else of the one before. */
  #last: RequestHead | undefined
  #served = 0
  /** Nothing that is read counts any more. */
  #over = false

  constructor(
    number: number,
    channel: Channel,
    authentication: ConnectionAuthentication,
    host: ConnectionHost,
    tls: ConnectionTls | undefined,
  ) {
    this.#number = number
    this.#channel = channel
    this.#authentication = authentication
    this.#host = host
    this.#tls = tls
  }

  begin(): void {
    const { socket } = this.#channel
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      if (!this.#over) this.#reader.push(bytes)
    })
    socket.on('end', () => socket.end())
    socket.resume()
    socket.once('close', () => {
      this.#over = true
      this.#endRequest()
    })
    this.#disturb('connect')
  }

  onHead(head: RequestHead): void {
    if (this.#over) return
    this.#last = head
    const request = new RecordedRequest(head, {
      connection: this.#number,
      caseId: caseOf(head),
      carried: legOf(head.fields.authorization),
      user: this.#authentication.user,
    })
    this.#host.begun(request.record)
    if (this.#request !== undefined) {
      request.record.violation = 'request-before-answer'
      this.#giveUp()
      return
    }
    this.#request = request
    // By what the head says, as IIS does it: the body may still be on its way.
    const binding = this.#tls?.layer.binding(this.#tls.certificate)
    this.#admission = this.#authentication.admit(head, binding)
  }

  onBody(bytes: Buffer): void {
    const request = this.#request
    if (this.#over || request === undefined) return
    const isFirst = request.record.bodyBytes === 0
    request.take(bytes)
    const { carried, user } = request.record
    if (!isFirst || carried === 'NEGOTIATE') return
    if (carried !== 'AUTHENTICATE' && user === undefined) return
    this.#disturb('body')
  }

  onEnd(): void {
    const request = this.#request
    if (this.#over || request === undefined) return
    request.end()
    // Answered before it was whole.
    if (request.record.status !== undefined) this.#endRequest()
    else void this.#serve(request)
  }

  onMalformed(): void {
    if (this.#over) return
    if (this.#request) this.#request.record.violation = 'malformed-request'
    this.#giveUp()
  }

  async #serve(request: RecordedRequest): Promise<void> {
    const { record } = request
    const admission = await this.#admission!
    if (this.#over) return
    record.user = this.#authentication.user
    if (admission.is === 'refused') this.#refuse(request, admission)
    else this.#deliver(request, admission.finalToken)
  }

  #refuse({ head, record }: RecordedRequest, admission: Admission & { is: 'refused' }): void {
    record.violation = admission.violation
    const answer = unauthorized(head.method, admission.challenges)
    if (!admission.challenged) {
      this.#answer(answer, this.#askForAnswer('refusal'), 'none')
      return
    }
    const inItsPlace = this.#askForAnswer('negotiate')
    if (inItsPlace) this.#answer(answer, inItsPlace, 'none')
    else this.#answer(answer, this.#askForAnswer('challenge'), 'all', 'authenticate')
  }

  #deliver({ head, record }: RecordedRequest, finalToken: string | undefined): void {
    record.delivered = true
    const { method, user = '', bodyBytes, bodySha256, caseId = '' } = record
    const connectionPort = this.#channel.socket.remotePort
    const answer = json(head.method, { user, method, bodyBytes, bodySha256, connectionPort }, [
      // Also for a HEAD, whose answer has no body to look into.
      ['X-Case', caseId],
      ['X-User', encodeURIComponent(user)],
      ...(finalToken === undefined ? [] : [['WWW-Authenticate', finalToken] as const]),
    ])
    const inItsPlace = this.#askForAnswer('answer')
    if (inItsPlace) this.#answer(answer, inItsPlace, 'none')
    else this.#answer(answer, this.#askForAnswer('response'), 'half')
  }

  #answer(answer: Answer, fault: Fault | undefined, reach: Reach, next: Leg = 'idle'): void {
    const faulty = answerUnder(fault, this.#last!.method, answer, reach)
    this.#request!.record.status = faulty.status
    this.#served++
    this.#endRequest()
    this.#write(faulty, fault, () => this.#disturb(next))
  }

  #write({ bytes, ending, rest = NOTHING }: FaultyAnswer, fault: Fault | undefined, next: () => void): void {
    if (ending === 'renegotiation') {
      this.#channel.write(bytes, () => this.#renegotiate(fault, () => this.#channel.write(rest, next)))
      return
    }
    if (ending === undefined) {
      this.#channel.write(bytes, next)
      return
    }
    this.#over = true
    if (ending === 'alert') this.#alert(bytes, fault)
    else this.#channel.end(bytes, ending)
  }

  /** A fault where no answer is due. */
  #disturb(leg: Leg): void {
    const planned = this.#ask(leg)
    if (planned instanceof Promise) void planned.then((fault) => this.#apply(fault, leg))
    else this.#apply(planned, leg)
  }

  #apply(fault: Fault | undefined, leg: Leg): void {
    if (fault === undefined || this.#over) return
    switch (fault.kind) {
      case 'fin':
      case 'rst':
      case 'silence':
        this.#over = true
        this.#channel.end(NOTHING, fault.kind)
        return
      case 'garbage':
        this.#over = true
        this.#channel.write(GARBAGE, () => {})
        return
      case 'tls-alert':
        this.#over = true
        this.#alert(NOTHING, fault)
        return
      case 'renegotiation':
        this.#renegotiate(fault, () => {
          if (this.#request === undefined) this.#disturb(leg)
        })
        return
      case 'forget':
        this.#authentication.forget()
        return
      case 'informational':
        this.#channel.write(Buffer.from(interim(fault.status).repeat(fault.times ?? 1)), () => {})
        return
      case 'status': {
        const method = this.#request?.head.method ?? 'GET'
        if (this.#request) this.#request.record.status = fault.status
        this.#write(answerUnder(fault, method, errorPage(method, fault.status), 'none'), fault, () => {})
        return
      }
      default:
        throw new Error(`The fault ${fault.kind} needs an answer to be in.`)
    }
  }

  #alert(bytes: Buffer, fault: Fault | undefined): void {
    if (fault?.kind === 'tls-alert') this.#channel.alert(bytes, fault.description)
  }

  #renegotiate(fault: Fault | undefined, done: () => void): void {
    const tls = this.#tls
    if (tls === undefined || fault?.kind !== 'renegotiation')
      throw new Error('There is no TLS to renegotiate.')
    const isOwn = (tls.certificate === 'own') === (fault.certificate === 'same')
    const certificate = isOwn ? 'own' : 'other'
    // The server reads on when it is over, as IIS does; and it does not begin it in the middle of a read.
    this.#reader.hold()
    setImmediate(() =>
      this.#channel.renegotiate(tls.layer.context(certificate), () => {
        tls.certificate = certificate
        done()
        this.#reader.release()
      }),
    )
  }

  #askForAnswer(leg: Leg): Fault | undefined {
    const fault = this.#ask(leg)
    if (fault instanceof Promise) throw new Error(`At ${leg} an answer is due: it cannot wait for its fault.`)
    return fault
  }

  #ask(leg: Leg): ReturnType<Plan> {
    const head = this.#request?.head ?? this.#last
    return this.#host.ask({
      leg,
      connection: this.#number,
      served: this.#served,
      caseId: head && caseOf(head),
      request: head,
      user: this.#authentication.user,
    })
  }

  #endRequest(): void {
    const request = this.#request
    if (request === undefined) return
    this.#request = undefined
    this.#host.ended(request.record)
  }

  #giveUp(): void {
    this.#over = true
    this.#channel.destroy()
  }
}
