import type { InitHook, Options } from 'got'

/**
 * The origins of the `prefixUrl`s that instances were made with. That of a single request may come from anywhere, and
 * earns no credentials. got tells its init hooks of both; the options of an instance it freezes, those of a request not.
 */
export class TrustedPrefixes {
  readonly #origins = new Set<string>()
  readonly #merging = new Set<Options>()

  /** Notes options that are merged: an instance's, or a request's. */
  readonly note: InitHook = (_plain, options) => {
    this.#merging.add(options)
  }

  has(origin: string): boolean {
    this.#sort()
    return this.#origins.has(origin)
  }

  get isEmpty(): boolean {
    this.#sort()
    return this.#origins.size === 0
  }

  /** Nothing is being merged when a request is made: what is frozen by now is an instance's. */
  #sort(): void {
    for (const options of this.#merging) {
      const { prefixUrl } = options
      if (Object.isFrozen(options.hooks) && URL.canParse(String(prefixUrl))) {
        this.#origins.add(new URL(prefixUrl).origin)
      }
    }
    this.#merging.clear()
  }
}
