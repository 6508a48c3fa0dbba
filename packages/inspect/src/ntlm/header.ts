import type { DecodedField } from '../decoded.js'
import type { Part } from '../part.js'

/** A field of the payload: where its descriptor says that it is. */
export interface Payload {
  readonly name: string
  /** As much of it as is inside the message. */
  readonly part: Part
  readonly length: number
  /** From the start of the NTLM message. */
  readonly start: number
}

/** Reads what stands in front of a message's payload, one field after another, as far as the message goes. */
export class Header {
  readonly message: Part
  readonly fields: DecodedField[] = []
  readonly payloads: Payload[] = []
  readonly #problems: string[]
  #at = 0

  constructor(message: Part, problems: string[]) {
    this.message = message
    this.#problems = problems
  }

  get at(): number {
    return this.#at
  }

  get left(): number {
    return this.message.length - this.#at
  }

  /** The next bytes; fewer, and said once, where the message ends. */
  take(name: string, length: number): Part {
    const part = this.message.slice(this.#at, this.#at + length)
    if (part.length < length && this.#at <= this.message.length)
      this.#problems.push(`The message is truncated: it ends in its ${name}.`)
    // Past the end, so that what comes next is not said too.
    this.#at = part.length < length ? this.message.length + 1 : this.#at + length
    return part
  }

  add(field: DecodedField): void {
    if (field.length > 0) this.fields.push(field)
  }

  /** Length, maximum and offset of a field of the payload ([MS-NLMP] 2.2.1). */
  descriptor(name: string): Payload {
    const part = this.take(`${name}Fields`, 8)
    const [length, most, start] = [part.u16(0), part.u16(2), part.u32(4)]
    const payload = { name, part: this.message.slice(start, start + length), length, start }
    const isOutside = length > 0 && start + length > this.message.length
    const value =
      length === 0 ? 'empty' : `${length} bytes at ${start}${most === length ? '' : `, at most ${most}`}`
    this.add(
      part.field(`${name}Fields`, value, {
        problem: isOutside ? `outside the message of ${this.message.length} bytes` : undefined,
      }),
    )
    this.payloads.push(payload)
    return payload
  }

  /** The byte at which the payload begins: where the first field of it does. */
  get payloadStart(): number {
    const starts = this.payloads.filter(({ length }) => length > 0).map(({ start }) => start)
    return Math.min(this.message.length, ...starts)
  }

  /** Says what of the payload overlaps, stands in the header or belongs to nothing. */
  checkPayload(mostHeader: number): void {
    const sorted = this.payloads.filter(({ part }) => part.length > 0).sort((a, b) => a.start - b.start)
    let end = Math.min(this.#at, this.message.length)
    let before = 'the header'
    for (const { name, start, part } of sorted) {
      if (start < end) this.#problems.push(`${name} overlaps ${before}.`)
      if (start + part.length <= end) continue
      end = start + part.length
      before = name
    }
    const left = this.message.length - Math.max(end, Math.min(mostHeader, this.payloadStart))
    if (left > 0 && this.left >= 0) this.#problems.push(`${left} bytes at the end belong to nothing.`)
  }
}
