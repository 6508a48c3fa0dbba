/** A map whose entries end by themselves: after a while, and the least recently used when there are too many. */
export class ExpiringMap<K, V> {
  readonly #entries = new Map<K, { value: V; until: number }>()
  readonly #limit: number
  readonly #lifetime: number
  readonly #now: () => number

  /** @param lifetime milliseconds from when an entry is set. */
  constructor(limit: number, lifetime: number, now: () => number) {
    this.#limit = limit
    this.#lifetime = lifetime
    this.#now = now
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (entry.until <= this.#now()) return undefined
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, { value, until: this.#now() + this.#lifetime })
    if (this.#entries.size <= this.#limit) return
    const [oldest] = this.#entries.keys()
    this.#entries.delete(oldest)
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }
}
