import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { SecureVersion } from 'node:tls'
import type { AccountStore } from '@ntlmkit/core'
import { accountStore, ConnectionAuthentication, type SchemeName } from './authentication.js'
import { type CertificateSet, makeCertificates } from './certificates.js'
import { Channel, refuseHandshake } from './channel.js'
import { Connection, type ConnectionHost } from './connection.js'
import type { Fault } from './faults.js'
import type { Leg, Moment, Plan } from './moments.js'
import type { RequestRecord } from './request-log.js'
import { type CertificateName, TlsLayer } from './tls-layer.js'

export interface FaultServerOptions {
  /** `DOMAIN\user` and password. */
  users: Readonly<Record<string, string>>
  /** https; with certificates of the caller's, so that many servers can share them. Default: false. */
  tls?: boolean | { certificates?: CertificateSet; maxVersion?: SecureVersion }
  /** Default: nothing ever goes wrong. */
  plan?: Plan
  /** Default: NTLM only. */
  schemes?: readonly SchemeName[]
  /** Whether `log` is kept. Default: true. */
  keepLog?: boolean
  /** Called with every record once nothing is written into it any more. */
  onRecord?: (record: RequestRecord) => void
}

interface Awaited {
  leg: Leg
  matches: (moment: Moment) => boolean
  reached: (moment: Moment) => void
}

/** Listens on loopback, at a free port. */
export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const { tls = false } = options
  const settings = tls === true ? {} : tls
  const certificates = settings && (settings.certificates ?? (await makeCertificates()))
  const layer =
    settings && certificates ? TlsLayer.of(certificates, settings.maxVersion ?? 'TLSv1.3') : undefined
  const server = new FaultServer(options, layer, certificates ? certificates.ca : undefined)
  await server.listen()
  return server
}

/** A server that has every byte in its hand: it asks its plan at each leg of each connection what goes wrong there. */
export class FaultServer implements ConnectionHost {
  readonly log: RequestRecord[] = []
  /** The certificate to trust, PEM; undefined without TLS. */
  readonly ca: string | undefined
  readonly #options: FaultServerOptions
  readonly #accounts: AccountStore
  readonly #tls: TlsLayer | undefined
  readonly #server: Server
  readonly #open = new Set<Socket>()
  readonly #awaited = new Set<Awaited>()
  #connections = 0
  #onAllClosed: (() => void) | undefined

  constructor(options: FaultServerOptions, tls: TlsLayer | undefined, ca: string | undefined) {
    this.#options = options
    this.#accounts = accountStore(options.users)
    this.#tls = tls
    this.ca = ca
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get origin(): string {
    return `${this.#tls ? 'https' : 'http'}://127.0.0.1:${this.port}`
  }

  /** Accepted so far. */
  get connections(): number {
    return this.#connections
  }

  get openConnections(): number {
    return this.#open.size
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The next time the server stands at this leg; the plan is asked in the same turn, just after. */
  reached(leg: Leg, matches: (moment: Moment) => boolean = () => true): Promise<Moment> {
    return new Promise((resolve) => {
      this.#awaited.add({ leg, matches, reached: resolve })
    })
  }

  /** Until no connection is open: the clients have closed theirs. */
  async allClosed(): Promise<void> {
    if (this.#open.size === 0) return
    await new Promise<void>((resolve) => {
      this.#onAllClosed = resolve
    })
  }

  ask(moment: Moment): ReturnType<Plan> {
    for (const awaited of this.#awaited) {
      if (awaited.leg !== moment.leg || !awaited.matches(moment)) continue
      this.#awaited.delete(awaited)
      awaited.reached(moment)
    }
    return this.#options.plan?.(moment)
  }

  begun(record: RequestRecord): void {
    if (this.#options.keepLog !== false) this.log.push(record)
  }

  ended(record: RequestRecord): void {
    this.#options.onRecord?.(record)
  }

  #accept(raw: Socket): void {
    const number = ++this.#connections
    this.#open.add(raw)
    raw.on('error', () => {})
    raw.once('close', () => {
      this.#open.delete(raw)
      if (this.#open.size === 0) this.#onAllClosed?.()
    })
    const fault = this.ask({
      leg: 'accept',
      connection: number,
      served: 0,
      caseId: undefined,
      request: undefined,
      user: undefined,
    })
    if (fault instanceof Promise) throw new Error('A connection that is accepted cannot wait for its fault.')
    // By the next turn the client knows too that it is connected.
    if (this.#tls === undefined) setImmediate(() => this.#begin(number, new Channel(raw, raw), undefined))
    else if (!refusesTls(raw, fault)) this.#secure(this.#tls, raw, number, fault)
  }

  #secure(layer: TlsLayer, raw: Socket, number: number, fault: Fault | undefined): void {
    const certificate: CertificateName = fault?.kind === 'other-certificate' ? 'other' : 'own'
    const requiresClientCertificate = fault?.kind === 'client-certificate'
    layer.secure(raw, certificate, requiresClientCertificate, (socket) => {
      this.#begin(number, new Channel(socket, raw), { layer, certificate })
    })
  }

  #begin(
    number: number,
    channel: Channel,
    tls: { layer: TlsLayer; certificate: CertificateName } | undefined,
  ): void {
    const authentication = new ConnectionAuthentication(this.#accounts, this.#options.schemes ?? ['NTLM'])
    new Connection(number, channel, authentication, this, tls).begin()
  }
}

/** Whether the fault is one that leaves no TLS to begin. */
function refusesTls(raw: Socket, fault: Fault | undefined): boolean {
  switch (fault?.kind) {
    case 'fin':
    case 'silence':
    case 'tls-alert':
    case 'garbage':
      raw.resume()
      raw.on('end', () => raw.end())
      if (fault.kind === 'fin') raw.end()
      if (fault.kind === 'tls-alert') refuseHandshake(raw, fault.description)
      if (fault.kind === 'garbage') raw.write('220 this is no TLS\r\n')
      return true
    case 'rst':
      raw.resetAndDestroy()
      return true
    default:
      return false
  }
}
