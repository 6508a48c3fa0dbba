/** A class of ours that may be there more than once: each version of a package in a tree is a copy of its own. */
type Class = abstract new (...parameters: never[]) => object

const isInstanceByClass = Function.prototype[Symbol.hasInstance]

/**
 * Makes `instanceof` know what any copy of a class has made, by a symbol that all copies share. A subclass is asked for by
 * its own class as ever: its parent's mark says nothing of it.
 *
 * @param name of the class, the same in all copies.
 */
export function knownAcrossCopies(Branded: Class, name: string): void {
  const mark = Symbol.for(`ntlmkit.${name}`)
  Object.defineProperty(Branded.prototype, mark, { value: true })
  Object.defineProperty(Branded, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== Branded) return isInstanceByClass.call(this as typeof Function, value)
      return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[mark] === true
    },
  })
}
