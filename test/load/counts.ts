/** Adds one to what is counted under a key. */
export function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** What several counts come to, key by key. */
export function addedUp(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [key, number] of counts.flatMap((each) => [...each]))
    sums.set(key, (sums.get(key) ?? 0) + number)
  return sums
}
