/** A connection of a curl log. */
export interface CurlConnection {
  readonly id: number
  isSecure: boolean
}

/** `Connected to intranet.corp (10.0.0.1) port 80 (#0)`, and as curl 8.10 and later writes it. */
const CONNECTED =
  /^(?:Connected to (\S+) \(\S*\) port (\d+)(?: \(#(\d+)\))?|Established connection to (\S+) \(\S* port (\d+)\))/
const REUSED = /^Re-?using existing .*?(?:#(\d+)|$)/i
const REUSED_HOST = /with (?:host|proxy) (\S+)/
const SECURE = /SSL connection using|TLS handshake|ALPN|^TLSv|^SSL certificate/

/** Numbers the connections of a curl log: old versions name them, new ones mostly do not. */
export class CurlConnections {
  readonly #all: CurlConnection[] = []
  readonly #byNumber = new Map<string, CurlConnection>()
  /** The last one to each host. */
  readonly #byHost = new Map<string, CurlConnection>()
  current: CurlConnection | undefined

  /** Takes a line of curl's own words. */
  line(text: string): void {
    const [, host, port, number, otherHost, otherPort] = CONNECTED.exec(text) ?? []
    const name = host ?? otherHost
    if (name !== undefined) this.#connected(name, port ?? otherPort ?? '', number)
    else if (REUSED.test(text)) this.#reused(text)
    else if (SECURE.test(text) && this.current !== undefined) this.current.isSecure = true
  }

  #connected(name: string, port: string, number: string | undefined): void {
    // A number that comes again is the connection that was re-used.
    const known = number === undefined ? undefined : this.#byNumber.get(number)
    this.current = known ?? { id: this.#all.length + 1, isSecure: port === '443' }
    if (known !== undefined) return
    this.#all.push(this.current)
    this.#byHost.set(name, this.current)
    if (number !== undefined) this.#byNumber.set(number, this.current)
  }

  #reused(text: string): void {
    const number = REUSED.exec(text)?.[1]
    const host = REUSED_HOST.exec(text)?.[1]
    const numbered =
      number === undefined ? undefined : (this.#byNumber.get(number) ?? this.#all[Number(number)])
    this.current = numbered ?? this.#byHost.get(host ?? '') ?? this.current
  }
}
