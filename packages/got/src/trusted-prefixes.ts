import type { OriginPolicy } from '@ntlmkit/transport'
import type { InitHook, Options } from 'got'

/** Where options keep, through all copies that got makes of them, a mark of those into which others were merged last. */
const MERGED_INTO = Symbol('ntlmkit: merged into')

/**
 * Says nothing to whoever prints it: errors, responses and instances all show their options, and options that were
 * found in those again would be shown for as long as memory lasts.
 */
class Mark {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  isOf(options: Options): boolean {
    return this.#options === options
  }

  get isOfRequest(): boolean {
    return this.#options.url !== undefined
  }
}

type MarkedContext = { [MERGED_INTO]?: Mark }

/**
 * The origins of the `prefixUrl`s that instances were made with. That of a single request may come from anywhere, and
 * earns no credentials. got's init hooks are told of both: options that have a URL are those of a request.
 */
export class TrustedPrefixes {
  readonly #origins = new Set<string>()

  /** Is told of options before others are merged into them. */
  readonly note: InitHook = (_merged, options) => {
    this.learn(options)
    const context = options.context as MarkedContext
    context[MERGED_INTO] = new Mark(options)
  }

  /** Trusts the prefix of these options where they have it from their instance. */
  learn(options: Options): void {
    const mark = (options.context as MarkedContext)[MERGED_INTO]
    if (mark?.isOf(options) || mark?.isOfRequest) return
    const prefixUrl = String(options.prefixUrl)
    if (URL.canParse(prefixUrl)) this.#origins.add(new URL(prefixUrl).origin)
  }

  has(origin: string): boolean {
    return this.#origins.has(origin)
  }

  /** What stands for the option `origins`, with the list as far as it is known. */
  get policy(): OriginPolicy {
    const policy = (origin: string) => this.has(origin)
    return Object.defineProperty(policy, 'patterns', { get: () => [...this.#origins] })
  }

  get isEmpty(): boolean {
    return this.#origins.size === 0
  }
}
