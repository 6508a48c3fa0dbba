import type { DecodedField } from '@ntlmkit/inspect'

/** A hostile message may announce tens of thousands of AV pairs. */
const MOST_FIELDS = 1500
const DEEPEST = 12
/** No message that a server takes is longer; what is has its first bytes coloured. */
const MOST_OWNED = 65_536

/** A field of a message, with its place in the tree. */
export interface FlatField {
  readonly field: DecodedField
  readonly parent: FlatField | undefined
  /** 1 is the outermost. */
  readonly level: number
  readonly children: FlatField[]
  /** The colour of its bytes: neighbours differ. */
  tint: number | undefined
}

export interface FlatFields {
  /** Parents before their children, as they are read. */
  readonly all: readonly FlatField[]
  readonly outermost: readonly FlatField[]
  /** Fields that were left out. */
  readonly left: number
}

export function flatten(fields: readonly DecodedField[]): FlatFields {
  const all: FlatField[] = []
  let left = 0
  const add = (list: readonly DecodedField[], parent: FlatField | undefined, level: number): FlatField[] =>
    list.flatMap((field) => {
      if (all.length >= MOST_FIELDS || level > DEEPEST) {
        left++
        return []
      }
      const flat: FlatField = { field, parent, level, children: [], tint: undefined }
      all.push(flat)
      flat.children.push(...add(field.fields ?? [], flat, level + 1))
      return [flat]
    })
  const outermost = add(fields, undefined, 1)
  return { all, outermost, left }
}

/**
 * The field that each byte belongs to: the smallest one around it. Flags share their bytes, so where several fields have
 * exactly the same ones, these belong to the outermost of them, or to the parent of all.
 */
export function ownersOf({ all }: FlatFields, bytes: number): (FlatField | undefined)[] {
  const owners = new Array<FlatField | undefined>(Math.min(bytes, MOST_OWNED)).fill(undefined)
  const ranges = new Map<string, FlatField>()
  for (const flat of all) {
    const { offset, length } = flat.field
    const key = `${offset} ${length}`
    const earlier = ranges.get(key)
    if (earlier === undefined) ranges.set(key, flat)
    else if (earlier.parent !== undefined && earlier.parent === flat.parent) ranges.set(key, earlier.parent)
  }
  const byLength = [...ranges].sort(([a], [b]) => lengthIn(b) - lengthIn(a))
  for (const [key, owner] of byLength) {
    const [offset = 0, length = 0] = key.split(' ').map(Number)
    owners.fill(owner, offset, Math.max(offset, offset + length))
  }
  return owners
}

function lengthIn(key: string): number {
  return Number(key.split(' ')[1])
}

/** Gives the owners their colours, in the order of their bytes. */
export function tint(owners: readonly (FlatField | undefined)[], colours: number): void {
  let next = 0
  for (const owner of owners) {
    if (owner === undefined || owner.tint !== undefined) continue
    owner.tint = next
    next = (next + 1) % colours
  }
}
