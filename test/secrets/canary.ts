import { inspect } from 'node:util'
import { Needles } from './needles.js'

/** Three readings of a text, so that a secret is found however it was laid out. */
export class Exposed {
  readonly where: string
  readonly written: string
  #hex: string | undefined
  #compact: string | undefined

  constructor(where: string, written: string) {
    this.where = where
    this.written = written
  }

  /** What is left of it as hexadecimal digits: whatever stood between them, in either case. */
  get hex(): string {
    this.#hex ??= this.written.replace(/[^0-9a-f]+/gi, '').toLowerCase()
    return this.#hex
  }

  /** Without white space and the keys of typed arrays, and with one alphabet for base64. */
  get compact(): string {
    this.#compact ??= this.written
      .replace(/\s+/g, '')
      .replace(/["']?\b\d+["']?:/g, '')
      .replace(/-/g, '+')
      .replace(/_/g, '/')
    return this.#compact
  }
}

const READINGS = ['written', 'hex', 'compact'] as const

/** One form of a secret, and the reading it shows in. */
interface Form {
  name: string
  reading: (typeof READINGS)[number]
  text: string
}

/** A secret that may turn up nowhere, in every form it could. */
export class Canary {
  readonly name: string
  readonly forms: readonly Form[]

  private constructor(name: string, forms: readonly Form[]) {
    this.name = name
    this.forms = forms
  }

  static ofBytes(name: string, bytes: Uint8Array): Canary {
    return new Canary(name, formsOfBytes(Buffer.from(bytes), 'bytes'))
  }

  /** Of a long one its beginning: that is what is left where an output is cut. */
  static ofText(name: string, whole: string): Canary {
    const text = whole.slice(0, 20)
    const encodings = ['utf8', 'utf16le', 'latin1'] as const
    const encoded = encodings.flatMap((encoding) => formsOfBytes(Buffer.from(text, encoding), encoding))
    return new Canary(name, [...escaped('text', text), ...percentEncoded(text), ...encoded])
  }
}

/** Looks for many canaries at once. */
export class Search {
  readonly #needles = {
    written: new Needles<string>(),
    hex: new Needles<string>(),
    compact: new Needles<string>(),
  }

  constructor(canaries: readonly Canary[]) {
    for (const { name, forms } of canaries) {
      for (const form of forms) this.#needles[form.reading].add(form.text, `${name} (${form.name})`)
    }
  }

  /** What was found where: a line each, and nothing when all is well. */
  leaks(exposed: readonly Exposed[]): string[] {
    const lines = exposed.flatMap((each) =>
      READINGS.flatMap((reading) =>
        this.#needles[reading].findIn(each[reading]).map((found) => `${each.where}: ${found}`),
      ),
    )
    return [...new Set(lines)]
  }
}

function formsOfBytes(bytes: Buffer, name: string): Form[] {
  return [
    { name: `${name}, hex`, reading: 'hex', text: bytes.toString('hex') },
    { name: `${name}, decimal`, reading: 'compact', text: [...bytes].join(',') },
    ...base64Forms(bytes, name),
    ...escaped(`${name}, raw`, bytes.toString('latin1')),
    ...readAsText(bytes, name),
  ]
}

/** Base64 of it within other bytes: at each of the three places a byte can have in a group. */
function base64Forms(bytes: Buffer, name: string): Form[] {
  return [0, 1, 2].map((place) => {
    const first = Math.ceil((place * 8) / 6)
    const last = Math.floor(((place + bytes.length) * 8) / 6)
    const text = Buffer.concat([Buffer.alloc(place), bytes])
      .toString('base64')
      .slice(first, last)
    return { name: `${name}, base64 at ${place}`, reading: 'compact', text }
  })
}

/** Bytes that somebody took for text, where enough of them survives that to be known again. */
function readAsText(bytes: Buffer, name: string): Form[] {
  return (['utf8', 'utf16le'] as const).flatMap((encoding) => {
    const text = bytes.toString(encoding)
    const survivors = text.replaceAll('\ufffd', '').length
    return survivors < 8 ? [] : escaped(`${name}, read as ${encoding}`, text)
  })
}

/** As it is, and as `util.inspect` and JSON write it. */
function escaped(name: string, text: string): Form[] {
  const json = JSON.stringify(text).slice(1, -1)
  const texts = new Set([
    text,
    inspect(text, { maxStringLength: null }).slice(1, -1),
    json,
    json.toUpperCase(),
  ])
  return [...texts].map((each) => ({ name, reading: 'written', text: each }))
}

function percentEncoded(text: string): Form[] {
  const upper = encodeURIComponent(text)
  const lower = upper.replace(/%../g, (octet) => octet.toLowerCase())
  const form = new URLSearchParams({ '': text }).toString().slice(1)
  return [upper, lower, form].map((each) => ({ name: 'percent-encoded', reading: 'written', text: each }))
}
