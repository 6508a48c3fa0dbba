/** Long enough to be rare, short enough that every form of a secret has so much. */
const START = 8

/** Many texts that are looked for at once: all of them take one pass, however many they are. */
export class Needles<T> {
  readonly #byStart = new Map<string, { text: string; what: T }[]>()
  /** Whether anything begins like this: for nearly every place in a text the answer is no. */
  readonly #begins = new Uint8Array(0x10000)

  /** Texts that are shorter than any form of a secret are not taken. */
  add(text: string, what: T): void {
    if (text.length < START) return
    const start = text.slice(0, START)
    const others = this.#byStart.get(start)
    if (others) others.push({ text, what })
    else this.#byStart.set(start, [{ text, what }])
    this.#begins[beginning(text, 0)] = 1
  }

  findIn(text: string): T[] {
    const found: T[] = []
    for (let at = 0; at + START <= text.length; at++) {
      if (this.#begins[beginning(text, at)] === 0) continue
      for (const needle of this.#byStart.get(text.slice(at, at + START)) ?? []) {
        if (text.startsWith(needle.text, at)) found.push(needle.what)
      }
    }
    return found
  }
}

function beginning(text: string, at: number): number {
  const first = text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5)
  const second = text.charCodeAt(at + 2) ^ (text.charCodeAt(at + 3) << 5)
  return (first ^ (second << 6) ^ (second >> 4)) & 0xffff
}
