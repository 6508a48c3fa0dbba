import { addField, newExchange, originOf, type ReadExchange } from './exchange.js'

export const REQUEST_LINE = /^([A-Z][A-Z-]*) (\S+) HTTP\/([\d.]+)\s*$/
export const STATUS_LINE = /^HTTP\/([\d.]+) (\d{3})(?: (.*))?$/

/** A field that a pasted line may be. */
const FIELD = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/

/** Fields that only the one side sends, for lines without a start line above. */
const REQUESTS = /^(?:proxy-)?authorization$/i
const RESPONSES = /^(?:www|proxy)-authenticate$/i

/** Puts heads together line by line: a request line, a status line, fields. */
export class Heads {
  readonly exchanges: ReadExchange[] = []
  #isResponse = false

  get last(): ReadExchange | undefined {
    return this.exchanges.at(-1)
  }

  request(method: string, url: string, httpVersion: string): ReadExchange {
    const exchange = { ...newExchange(method, url), httpVersion }
    this.exchanges.push(exchange)
    this.#isResponse = false
    return exchange
  }

  /** An answer to the last request, in the place of an interim one; without a request, it stands alone. */
  response(status: number, reason: string, httpVersion: string): ReadExchange {
    const last = this.last
    const isAnswer = last !== undefined && (last.status === undefined || last.status < 200)
    const exchange = isAnswer ? last : newExchange('', '')
    if (!isAnswer) this.exchanges.push(exchange)
    Object.assign(exchange, { status, reason, httpVersion, response: {} })
    this.#isResponse = true
    return exchange
  }

  field(name: string, value: string): void {
    const exchange = this.last
    if (exchange === undefined) return
    const fields = this.#isResponse ? exchange.response : exchange.request
    if (fields !== undefined) addField(fields, name, value)
  }

  /** A field that says by its name which side it is of. */
  lone(name: string, value: string): boolean {
    const isResponse = RESPONSES.test(name)
    if (!isResponse && !REQUESTS.test(name)) return false
    const exchange = newExchange('', '')
    exchange.pasted = name
    if (isResponse) {
      exchange.status = /^proxy/i.test(name) ? 407 : 401
      exchange.response = {}
    }
    addField(exchange.response ?? exchange.request, name, value)
    this.exchanges.push(exchange)
    return true
  }
}

/** Whether a text has something of an HTTP head in it. */
export function looksLikeHeads(text: string): boolean {
  return text.split(/\r?\n/, 200).some((line) => {
    if (REQUEST_LINE.test(line) || STATUS_LINE.test(line)) return true
    const name = FIELD.exec(unmarked(line))?.[1] ?? ''
    return REQUESTS.test(name) || RESPONSES.test(name)
  })
}

/** Reads heads as they were copied: of requests, of responses, or single fields. */
export function readHeads(text: string, problems: string[]): ReadExchange[] {
  const heads = new Heads()
  let isInHead = false
  for (const line of unfolded(text)) {
    const [, method, url, requested] = REQUEST_LINE.exec(line) ?? []
    const [, answered, status, reason = ''] = STATUS_LINE.exec(line) ?? []
    if (method !== undefined && url !== undefined) heads.request(method, url, requested ?? '')
    else if (status !== undefined) heads.response(Number(status), reason, answered ?? '')
    const isStart = method !== undefined || status !== undefined
    if (isStart || line === '') {
      isInHead = isStart
      continue
    }
    const [, name, value = ''] = FIELD.exec(unmarked(line)) ?? []
    if (name === undefined) continue
    if (isInHead) heads.field(name, value)
    else heads.lone(name, value)
  }
  for (const exchange of heads.exchanges) exchange.origin = assumedOrigin(exchange, problems)
  inheritOrigins(heads.exchanges)
  return heads.exchanges
}

function unmarked(line: string): string {
  return line.replace(/^[<>"'\s]+/, '')
}

/** Lines, with those that begin with white space put behind the one that they continue. */
function unfolded(text: string): string[] {
  return text.replaceAll(/\r?\n[ \t]+(?=\S)/g, ' ').split(/\r?\n/)
}

/** A head has a host and no scheme. */
function assumedOrigin({ url, request, response }: ReadExchange, problems: string[]): string {
  const absolute = originOf(url)
  const [host] = request.host ?? []
  if (absolute !== '' || host === undefined) return absolute
  const isSecure = /:443$/.test(host) || response?.['strict-transport-security'] !== undefined
  const said = 'A head does not say whether it went over http or https: http is assumed.'
  if (!isSecure && !problems.includes(said)) problems.push(said)
  return originOf(`${isSecure ? 'https' : 'http'}://${host}`)
}

/** What does not name its origin belongs to the one before. */
export function inheritOrigins(exchanges: readonly ReadExchange[]): void {
  let origin = exchanges.find((exchange) => exchange.origin !== '')?.origin ?? ''
  for (const exchange of exchanges) {
    if (exchange.origin === '') exchange.origin = origin
    origin = exchange.origin
  }
}
