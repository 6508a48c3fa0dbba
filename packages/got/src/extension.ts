/**
 * What `got.extend()` takes, and `close()`. got 14 to 16 accept it, and none of their types is named here: they are an ES
 * module's, which the declarations of a CommonJS module cannot name.
 */
export interface NtlmExtension {
  readonly handlers: (<T>(options: object, next: (options: never) => T) => T | Promise<T>)[]
  readonly hooks: {
    readonly init: ((init: object, self: object) => void)[]
    readonly afterResponse: (<R>(response: R, retry: (options: never) => never) => R | Promise<R>)[]
    readonly beforeError: (<E>(error: E) => E | Promise<E>)[]
  }
  /** Closes every connection. What is under way fails, and so does every later request. */
  close(): void
  /** As `close`: `using auth = ntlm({ ... })`. Where Node has it. */
  [Symbol.dispose](): void
}

/** The part of got that is needed of it: an instance makes another with `extend()`. */
export interface Extendable {
  extend(...options: never[]): unknown
}
