/**
 * The name that was meant by one that is nearly it: case does not count, and of so many letters one may be wrong, missing,
 * too many or changed places with the next. Undefined where none is near; the name itself, where it is among them.
 *
 * @param lettersAMistake 3 for a suggestion; more where a name is refused for being near another.
 */
export function nearestName(name: string, names: Iterable<string>, lettersAMistake = 3): string | undefined {
  let nearest: { name: string; mistakes: number } | undefined
  for (const known of names) {
    if (known === name) return name
    const most = Math.floor(known.length / lettersAMistake)
    if (Math.abs(known.length - name.length) > most) continue
    const mistakes = distance(name.toLowerCase(), known.toLowerCase())
    if (mistakes <= most && mistakes < (nearest?.mistakes ?? Number.POSITIVE_INFINITY)) {
      nearest = { name: known, mistakes }
    }
  }
  return nearest?.name
}

/** The letters to change, to add, to leave out and to swap: Damerau's and Levenshtein's, with a row for each letter. */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  for (let i = 1; i <= from.length; i++) {
    const [row, above, swapped] = [[i], rows[i - 1], rows[i - 2]]
    for (let j = 1; j <= to.length; j++) {
      const changed = above[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1)
      row[j] = Math.min(changed, above[j] + 1, row[j - 1] + 1)
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (isSwap) row[j] = Math.min(row[j], swapped[j - 2] + 1)
    }
    rows.push(row)
  }
  return rows[from.length][to.length]
}
