import type { InitHook, Options } from 'got'

/** Where options keep, through all copies that got makes of them, into which of them others were merged last. */
const MERGED_INTO = Symbol('ntlmkit: merged into')

type MarkedContext = { [MERGED_INTO]?: Options }

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
    context[MERGED_INTO] = options
  }

  /** Trusts the prefix of these options where they have it from their instance. */
  learn(options: Options): void {
    const mergedInto = (options.context as MarkedContext)[MERGED_INTO]
    if (mergedInto === options || mergedInto?.url !== undefined) return
    const prefixUrl = String(options.prefixUrl)
    if (URL.canParse(prefixUrl)) this.#origins.add(new URL(prefixUrl).origin)
  }

  has(origin: string): boolean {
    return this.#origins.has(origin)
  }

  get isEmpty(): boolean {
    return this.#origins.size === 0
  }
}
