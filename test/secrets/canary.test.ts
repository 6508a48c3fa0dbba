import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Canary, Exposed, Search } from './canary.js'
import { PASSWORD } from './secret-account.js'

const HASH = Buffer.from('00ff1a80e2c3a44e544c4d530a0d5c22', 'hex')

const around = (text: string) => `{"before":"4e",'x': 7, ${text}, 19, "after":"ff"}`
const among = (place: number, bytes: Buffer) =>
  Buffer.concat([Buffer.alloc(place, 0xa5), bytes, Buffer.alloc(5, 0x5a)])
const find = (canary: Canary, text: string) => new Search([canary]).leaks([new Exposed('here', around(text))])

/** Each a way in which bytes get into a text. */
const WRITTEN: Readonly<Record<string, (bytes: Buffer) => string>> = {
  hex: (bytes) => bytes.toString('hex'),
  'HEX in capitals': (bytes) => bytes.toString('hex').toUpperCase(),
  'hex with colons': (bytes) => bytes.toString('hex').replace(/..(?!$)/g, '$&:'),
  'hex among other digits': (bytes) => among(3, bytes).toString('hex'),
  'percent signs throughout': (bytes) => bytes.toString('hex').replace(/../g, '%$&'),
  'escapes of a string literal': (bytes) => bytes.toString('hex').replace(/../g, '\\x$&'),
  base64: (bytes) => bytes.toString('base64'),
  'base64, one byte later': (bytes) => among(1, bytes).toString('base64'),
  'base64, two bytes later': (bytes) => among(2, bytes).toString('base64'),
  base64url: (bytes) => among(1, bytes).toString('base64url'),
  'base64 in lines': (bytes) => among(2, bytes).toString('base64').replace(/.{8}/g, '$&\r\n'),
  'util.inspect of a Buffer': (bytes) => inspect(bytes),
  'util.inspect of a Uint8Array': (bytes) => inspect(new Uint8Array(bytes), { maxArrayLength: null }),
  'util.inspect of an array': (bytes) => inspect([...bytes], { maxArrayLength: null }),
  'JSON of a Buffer': (bytes) => JSON.stringify({ bytes }),
  'JSON of a Buffer, indented': (bytes) => JSON.stringify({ bytes }, null, 2),
  'JSON of a Uint8Array': (bytes) => JSON.stringify(new Uint8Array(bytes)),
  'util.inspect of an object with keys': (bytes) => inspect({ ...bytes }, { maxArrayLength: null }),
  'an ArrayBuffer': (bytes) => inspect(new Uint8Array(bytes).buffer),
  'the raw bytes': (bytes) => bytes.toString('latin1'),
  'the raw bytes, inspected': (bytes) => inspect(bytes.toString('latin1')),
  'the raw bytes, in JSON': (bytes) => JSON.stringify(bytes.toString('latin1')),
  'bytes read as UTF-8': (bytes) => bytes.toString('utf8'),
  'bytes read as UTF-8, in JSON': (bytes) => JSON.stringify(bytes.toString('utf8')),
  'bytes read as UTF-16': (bytes) => bytes.toString('utf16le'),
}

describe('a key is found in', () => {
  it.each(Object.entries(WRITTEN))('%s', (_name, write) => {
    const canary = Canary.ofBytes('the key', HASH)
    expect(find(canary, write(HASH))).toContainEqual(expect.stringMatching(/^here: the key \(bytes/))
    const other = Buffer.from(HASH)
    other[8] ^= 1
    expect(find(canary, write(other))).toEqual([])
  })
})

describe.each(['utf8', 'utf16le', 'latin1'] as const)('a password in %s is found in', (encoding) => {
  it.each(Object.entries(WRITTEN))('%s', (_name, write) => {
    const canary = Canary.ofText('the password', PASSWORD)
    expect(find(canary, write(Buffer.from(PASSWORD, encoding)))).not.toEqual([])
    expect(find(canary, write(Buffer.from(PASSWORD.replace('7719', '7718'), encoding)))).toEqual([])
  })
})

describe('a password is found in', () => {
  it.each<[string, (text: string) => string]>([
    ['a text', (text) => text],
    ['JSON', (text) => JSON.stringify({ text })],
    ['util.inspect', (text) => inspect({ text })],
    ['a URL', (text) => encodeURIComponent(text)],
    ['a URL in small letters', (text) => encodeURIComponent(text).replace(/%../g, (x) => x.toLowerCase())],
    ['a form', (text) => new URLSearchParams({ text }).toString()],
  ])('%s', (_name, write) => {
    const canary = Canary.ofText('the password', PASSWORD)
    expect(find(canary, write(PASSWORD))).not.toEqual([])
    expect(find(canary, write(PASSWORD.replace('7719', '7718')))).toEqual([])
  })
})
