/**
 * Everything that `util.inspect` could show of a value at any depth, hidden properties and getters included: its
 * strings, its keys, and its bytes as Latin-1. Each object is read once: inspect writes a shared one wherever it is met, and with `depth: Infinity` does not
 * come to an end on an error of got.
 *
 * @param isLeftOut says of an object that nothing is to be read in it.
 */
export function reachable(
  roots: readonly unknown[],
  isLeftOut: (object: object) => boolean = () => false,
): ReadonlySet<string> {
  const reader = new Reader(isLeftOut)
  for (const root of roots) reader.read(root)
  return reader.texts
}

class Reader {
  readonly texts = new Set<string>()
  readonly #seen = new Set<unknown>()
  readonly #pending: unknown[] = []
  readonly #isLeftOut: (object: object) => boolean

  constructor(isLeftOut: (object: object) => boolean) {
    this.#isLeftOut = isLeftOut
  }

  read(root: unknown): void {
    this.#pending.push(root)
    while (this.#pending.length > 0) this.#visit(this.#pending.pop())
  }

  #visit(value: unknown): void {
    if (typeof value === 'string') this.texts.add(value)
    const hasInside = value !== null && (typeof value === 'object' || typeof value === 'function')
    if (!hasInside || this.#seen.has(value)) return
    this.#seen.add(value)
    if (this.#isLeftOut(value as object)) return
    if (ArrayBuffer.isView(value)) this.#bytes(value.buffer, value.byteOffset, value.byteLength)
    else if (value instanceof ArrayBuffer) this.#bytes(value, 0, value.byteLength)
    else this.#inside(value as object)
  }

  #bytes(buffer: ArrayBufferLike, offset: number, length: number): void {
    this.texts.add(Buffer.from(buffer, offset, length).toString('latin1'))
  }

  #inside(value: object): void {
    if (value instanceof Map) this.#pending.push(...value.keys(), ...value.values())
    if (value instanceof Set) this.#pending.push(...value)
    if (Array.isArray(value) && value.every((item) => typeof item === 'number')) {
      this.texts.add(value.join(','))
      return
    }
    for (const key of Reflect.ownKeys(value)) {
      // A class is no place for what belongs to one object, and its getters want one.
      if (key === 'prototype' && typeof value === 'function') continue
      this.texts.add(typeof key === 'string' ? key : (key.description ?? ''))
      this.#pending.push(propertyOf(value, key))
    }
  }
}

function propertyOf(object: object, key: string | symbol): unknown {
  try {
    return Reflect.get(object, key)
  } catch {
    return undefined
  }
}
