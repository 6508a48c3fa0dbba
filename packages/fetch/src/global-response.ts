import type { Response as UndiciResponse } from 'undici'

/** Without its members: as accessors and methods they are overridden below, which its declaration has as properties. */
type ResponseClass = new (body: null) => object
type Wrap = (response: UndiciResponse) => Response

/** By the platform's class: a test may put another in its place. */
const wraps = new WeakMap<ResponseClass, Wrap>()

/**
 * An answer of undici's as the platform's `Response`: clients ask `response instanceof Response` before they believe
 * that they have one. Where the platform has none, it is undici's own.
 */
export function globalResponse(response: UndiciResponse): Response {
  const Global = globalThis.Response as ResponseClass | undefined
  if (Global === undefined || response instanceof Global) return response as unknown as Response
  const wrap = wraps.get(Global) ?? wrapFor(Global)
  wraps.set(Global, wrap)
  return wrap(response)
}

/**
 * A subclass whose every member is that of an answer of undici's. It keeps hold of it, as undici cancels the body of an
 * answer that nobody has any more.
 */
function wrapFor(Global: ResponseClass): Wrap {
  class AnsweredResponse extends Global {
    readonly #answer: UndiciResponse
    #headers: Headers | undefined

    constructor(answer: UndiciResponse) {
      super(null)
      this.#answer = answer
    }

    get body() {
      return this.#answer.body
    }
    get bodyUsed() {
      return this.#answer.bodyUsed
    }
    get headers() {
      this.#headers ??= new Headers([...this.#answer.headers])
      return this.#headers
    }
    get ok() {
      return this.#answer.ok
    }
    get redirected() {
      return this.#answer.redirected
    }
    get status() {
      return this.#answer.status
    }
    get statusText() {
      return this.#answer.statusText
    }
    get type() {
      return this.#answer.type
    }
    get url() {
      return this.#answer.url
    }

    arrayBuffer() {
      return this.#answer.arrayBuffer()
    }
    blob() {
      return this.#answer.blob()
    }
    async bytes() {
      return new Uint8Array(await this.#answer.arrayBuffer())
    }
    clone(): AnsweredResponse {
      return new AnsweredResponse(this.#answer.clone())
    }
    json() {
      return this.#answer.json()
    }
    text() {
      return this.#answer.text()
    }
    /** The platform's FormData, not undici's. */
    async formData() {
      const { body, headers } = this
      const type = headers.get('content-type') ?? ''
      return new Response(body as ReadableStream | null, { headers: { 'content-type': type } }).formData()
    }
  }
  Object.defineProperty(AnsweredResponse, 'name', { value: 'Response' })
  return (answer) => new AnsweredResponse(answer) as unknown as Response
}
