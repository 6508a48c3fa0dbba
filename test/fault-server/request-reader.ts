import type { RequestHead } from './moments.js'

/** Who is told what was read. A body comes in pieces, `end` once it is whole. */
export interface RequestListener {
  onHead(head: RequestHead): void
  onBody(bytes: Buffer): void
  onEnd(): void
  /** What came is no request, or more than is read here; nothing follows. */
  onMalformed(reason: string): void
}

/** Enough for an AUTHENTICATE with long target info. */
const MAX_HEAD = 128 * 1024
const MAX_BODY = 64 * 1024 * 1024
const MAX_CHUNK_LINE = 256
const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')
const EMPTY = Buffer.alloc(0)

type State = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'malformed'

/** Reads the requests of one connection: RFC 9112 as far as clients use it, with bounds on everything. */
export class RequestReader {
  readonly #listener: RequestListener
  #state: State = 'head'
  #pending: Buffer = EMPTY
  /** Of the body, or of the chunk at hand. */
  #left = 0
  #bodyBytes = 0
  #held = false

  constructor(listener: RequestListener) {
    this.#listener = listener
  }

  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    this.#read()
  }

  /** What comes is kept, and nobody told. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.#read()
  }

  #read(): void {
    while (!this.#held && this.#pending.length > 0 && this.#advance()) {
      // As many steps as there are bytes for.
    }
  }

  /** One step; false when it needs more bytes. */
  #advance(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead()
      case 'sized':
        return this.#readSized(() => this.#finish())
      case 'chunk-size':
        return this.#readChunkSize()
      case 'chunk':
        return this.#readSized(() => {
          this.#state = 'chunk-end'
        })
      case 'chunk-end':
        return this.#readChunkEnd()
      case 'trailers':
        return this.#readTrailers()
      case 'malformed':
        this.#pending = EMPTY
        return false
    }
  }

  #readHead(): boolean {
    const end = this.#pending.indexOf(HEAD_END)
    if (end < 0) {
      if (this.#pending.length > MAX_HEAD) this.#malformed('The head is too long.')
      return false
    }
    const lines = this.#take(end + HEAD_END.length)
      .toString('latin1', 0, end)
      .split('\r\n')
    const head = parseHead(lines)
    if (head === undefined) return this.#malformed(`No request: ${lines[0].slice(0, 80)}`)
    return this.#beginBody(head)
  }

  #beginBody(head: RequestHead): boolean {
    const { 'transfer-encoding': coding, 'content-length': length } = head.fields
    this.#bodyBytes = 0
    if (coding !== undefined) {
      if (coding.toLowerCase() !== 'chunked' || length !== undefined) {
        return this.#malformed('The body has no clear length.')
      }
      this.#state = 'chunk-size'
      this.#listener.onHead(head)
      return true
    }
    this.#left = Number(length ?? 0)
    if (!Number.isInteger(this.#left) || this.#left < 0 || this.#left > MAX_BODY) {
      return this.#malformed(`The Content-Length is ${length}.`)
    }
    this.#state = 'sized'
    this.#listener.onHead(head)
    if (this.#left === 0) this.#finish()
    return true
  }

  #readSized(done: () => void): boolean {
    const bytes = this.#take(Math.min(this.#left, this.#pending.length))
    this.#left -= bytes.length
    this.#bodyBytes += bytes.length
    if (this.#bodyBytes > MAX_BODY) return this.#malformed('The body is too long.')
    this.#listener.onBody(bytes)
    if (this.#left === 0) done()
    return true
  }

  #readChunkSize(): boolean {
    const line = this.#takeLine()
    if (line === undefined) return false
    const size = /^[0-9a-f]{1,8}(?:;.*)?$/i.test(line) ? Number.parseInt(line, 16) : -1
    if (size < 0) return this.#malformed('A chunk has no size.')
    this.#left = size
    this.#state = size === 0 ? 'trailers' : 'chunk'
    return true
  }

  #readChunkEnd(): boolean {
    const line = this.#takeLine()
    if (line === undefined) return false
    if (line !== '') return this.#malformed('A chunk is longer than it says.')
    this.#state = 'chunk-size'
    return true
  }

  #readTrailers(): boolean {
    const line = this.#takeLine()
    if (line === undefined) return false
    if (line === '') this.#finish()
    return true
  }

  #finish(): void {
    this.#state = 'head'
    this.#listener.onEnd()
  }

  #takeLine(): string | undefined {
    const end = this.#pending.indexOf(LINE_END)
    if (end >= 0 && end <= MAX_CHUNK_LINE) {
      return this.#take(end + LINE_END.length).toString('latin1', 0, end)
    }
    if (this.#pending.length > MAX_CHUNK_LINE) this.#malformed('A line of the body is too long.')
    return undefined
  }

  #take(length: number): Buffer {
    const taken = this.#pending.subarray(0, length)
    this.#pending = this.#pending.subarray(length)
    return taken
  }

  #malformed(reason: string): false {
    this.#state = 'malformed'
    this.#listener.onMalformed(reason)
    return false
  }
}

function parseHead([requestLine, ...lines]: string[]): RequestHead | undefined {
  const parsed = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(requestLine)
  if (parsed === null) return undefined
  const fields: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) return undefined
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    fields[name] = name in fields ? `${fields[name]}, ${value}` : value
  }
  return { method: parsed[1], target: parsed[2], fields }
}
