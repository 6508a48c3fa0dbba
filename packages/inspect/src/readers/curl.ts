import type { SeenFailure } from '../observation.js'
import type { ReadConversation } from '../reading.js'
import { type Circumstances, conversationsOf } from './conversations.js'
import { CurlConnections } from './curl-connections.js'
import { originOf, type ReadExchange } from './exchange.js'
import { Heads, inheritOrigins, REQUEST_LINE, STATUS_LINE } from './heads.js'

/** What `--trace-time`, `--trace-ids` and a quotation put in front, and git's own words for the same lines. */
const FRONT = /^\s*(?:>\s+(?=[<*>] ))?(?:\d\d:\d\d:\d\d\.\d+ )?(?:\[\d+-\d+\] )?(?:http\.c:\d+ +)?/
const GIT: readonly (readonly [RegExp, string])[] = [
  [/^== Info: /, '* '],
  [/^=> Send header: ?/, '> '],
  [/^<= Recv header: ?/, '< '],
]

/** Another client than ours, with options of its own. */
const CURL = { program: 'curl' }

/** Codes that curl ends with, as those of the system that they stand for. */
const FAILURES: Readonly<Record<string, string>> = {
  '6': 'ENOTFOUND',
  '7': 'ECONNREFUSED',
  '28': 'ETIMEDOUT',
  '52': 'ECONNRESET',
  '55': 'ECONNRESET',
  '56': 'ECONNRESET',
}

const CLOSED =
  /Empty reply from server|Recv failure|Connection died|Connection reset|Closing connection|shutting down connection/i

/** Whether a text has lines of `curl -v`, or of what prints as it does. */
export function looksLikeCurl(text: string): boolean {
  const lines = text.split('\n', 2000).map(plain)
  const marked = lines.filter((line) => /^[<>*] \S/.test(line))
  return (
    marked.some((line) => /^\* |HTTP\/\d/.test(line)) && marked.some((line) => /HTTP\/\d|onnect/.test(line))
  )
}

/** Reads the log of `curl -v`, of `git` with GIT_CURL_VERBOSE or GIT_TRACE_CURL, and of libcurl in other programs. */
export function readCurl(text: string): readonly ReadConversation[] {
  const log = new CurlLog()
  for (const line of text.split(/\r?\n/)) log.line(plain(line))
  return log.conversations()
}

function plain(line: string): string {
  const bare = line.replace(FRONT, '')
  const git = GIT.find(([pattern]) => pattern.test(bare))
  return git === undefined ? bare : bare.replace(git[0], git[1])
}

class CurlLog {
  readonly #heads = new Heads()
  readonly #connections = new CurlConnections()
  readonly #circumstances: { -readonly [Key in keyof Circumstances]: Circumstances[Key] } = {
    client: CURL,
  }
  /** Where CONNECT has made a tunnel to, by connection. */
  readonly #tunnels = new Map<number | undefined, string>()
  /** Versions before 7.70 mark the first line of a request's head alone. */
  #isRequestHead = false

  line(line: string): void {
    const mark = line.slice(0, 2).trim()
    const rest = line.slice(2)
    if (mark === '*') this.#info(rest.trim())
    else if (mark === '>') this.#sent(rest)
    else if (mark === '<') this.#received(rest)
    else if (line.trim() === '') this.#isRequestHead = false
    else if (this.#isRequestHead) this.#field(line)
    else this.#ending(line)
  }

  conversations(): readonly ReadConversation[] {
    const { exchanges } = this.#heads
    inheritOrigins(exchanges)
    return conversationsOf(exchanges, () => this.#circumstances)
  }

  #sent(line: string): void {
    const [, method, url, version] = REQUEST_LINE.exec(line) ?? []
    if (method === undefined || url === undefined) {
      if (line.trim() === '') this.#isRequestHead = false
      this.#field(line)
      return
    }
    const exchange = this.#heads.request(method, url, version ?? '')
    exchange.connection = this.#connections.current?.id
    exchange.origin = originOf(url)
    this.#isRequestHead = true
    if (method !== 'CONNECT') return
    exchange.origin = originOf(`https://${url}`)
    this.#tunnels.set(exchange.connection, exchange.origin)
  }

  #received(line: string): void {
    this.#isRequestHead = false
    const [, version, status, reason = ''] = STATUS_LINE.exec(line.trimEnd()) ?? []
    if (status === undefined) {
      this.#field(line)
      return
    }
    const exchange = this.#heads.response(Number(status), reason, version ?? '')
    exchange.connection ??= this.#connections.current?.id
  }

  #field(line: string): void {
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line.trimEnd()) ?? []
    const last = this.#heads.last
    if (name === undefined || last === undefined) return
    this.#heads.field(name, value)
    if (last.origin === '' && last.response === undefined && name.toLowerCase() === 'host')
      this.#host(last, value)
  }

  #host(exchange: ReadExchange, host: string): void {
    const { current } = this.#connections
    const tunnel = this.#tunnels.get(current?.id)
    exchange.origin = tunnel ?? originOf(`${current?.isSecure ? 'https' : 'http'}://${host}`)
  }

  #info(line: string): void {
    this.#isRequestHead = false
    this.#connections.line(line)
    const [, username] = /^Server auth using \S+ with user '(.*)'/.exec(line) ?? []
    if (username !== undefined) this.#circumstances.client = { ...CURL, username }
    const [, part, name] = /^(subject|issuer): (.*)$/.exec(line) ?? []
    if (part !== undefined)
      this.#circumstances.certificate = { ...this.#circumstances.certificate, [part]: name }
    const last = this.#heads.last
    if (last !== undefined && last.connection === this.#connections.current?.id && CLOSED.test(line))
      last.closed = true
  }

  /** `curl: (52) Empty reply from server`. */
  #ending(line: string): void {
    const [, number = '', words = ''] = /^curl: \((\d+)\) (.*)/.exec(line) ?? []
    const code = FAILURES[number]
    if (code === undefined) return
    const after = Number(/after (\d+) m/.exec(words)?.[1])
    const failure: SeenFailure = Number.isFinite(after) ? { code, after } : { code }
    this.#circumstances.failure = failure
    const last = this.#heads.last
    if (last !== undefined && last.status === undefined) last.closed = true
  }
}
