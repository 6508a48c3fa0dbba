/**
 * The options that somebody gave, and no others: a copy without a prototype, so that nothing that was put on
 * `Object.prototype` is taken for an option.
 *
 * @param groups the options that are groups of options themselves.
 */
export function ownOptions<T extends object>(options: T, ...groups: (keyof T)[]): T {
  const own: T = Object.assign(Object.create(null), options)
  for (const name of groups) {
    const group = own[name]
    if (typeof group === 'object' && group !== null) own[name] = ownOptions(group)
  }
  return own
}
