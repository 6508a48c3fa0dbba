import type { InitHook, Options } from 'got'

/** Where options keep, through all copies that got makes of them, which of them their `prefixUrl` was given to. */
const GIVEN_TO = Symbol('ntlmkit: prefixUrl given to')

type MarkedContext = { [GIVEN_TO]?: Options }

/**
 * The origins of the `prefixUrl`s that instances were made with. That of a single request may come from anywhere, and
 * earns no credentials. got's init hooks are told of both: options that have a URL are those of a request.
 */
export class TrustedPrefixes {
  readonly #origins = new Set<string>()

  /** Is told of options before others are merged into them. */
  readonly note: InitHook = (merged, options) => {
    this.learn(options)
    const { prefixUrl } = merged
    if (prefixUrl) (options.context as MarkedContext)[GIVEN_TO] = options
  }

  /** Trusts the prefix of these options where they have it from their instance. */
  learn(options: Options): void {
    const givenTo = (options.context as MarkedContext)[GIVEN_TO]
    if (givenTo === options || givenTo?.url !== undefined) return
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
