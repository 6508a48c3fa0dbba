import { describe, expect, it } from 'vitest'
import { Canary, Exposed, Search } from './canary.js'
import { reachable } from './reachable.js'
import { PASSWORD } from './secret-account.js'

const canary = Canary.ofText('the password', PASSWORD)
const isFound = (root: unknown) =>
  new Search([canary]).leaks([new Exposed('here', [...reachable([root])].join())]).length > 0

class Holder {
  #secret = PASSWORD
  visible = 'nothing'
  get length() {
    return this.#secret.length
  }
}

function circular() {
  const outer: Record<string, unknown> = { array: [[{}]] }
  outer.self = outer
  outer.map = new Map([[new Set([outer]), { deep: { [Symbol('secret')]: PASSWORD } }]])
  return outer
}

describe('a secret is reached', () => {
  it.each<[string, () => unknown]>([
    ['as a value', () => PASSWORD],
    ['through a circle of maps, sets and symbols', circular],
    ['as a key', () => ({ [PASSWORD]: 1 })],
    ['behind a property that is not enumerable', () => Object.defineProperty({}, 'x', { value: PASSWORD })],
    [
      'behind a getter',
      () => ({
        get secret() {
          return PASSWORD
        },
      }),
    ],
    ['in the cause of an error', () => new Error('a', { cause: new AggregateError([new Error(PASSWORD)]) })],
    ['on a function', () => Object.assign(() => {}, { secret: PASSWORD })],
    ['in bytes', () => ({ bytes: Buffer.from(PASSWORD, 'utf16le') })],
    ['in an ArrayBuffer', () => new Uint8Array(Buffer.from(PASSWORD)).buffer],
    ['in an array of numbers', () => [[...Buffer.from(PASSWORD)]]],
  ])('%s', (_where, make) => {
    expect(isFound(make())).toBe(true)
  })
})

describe('a secret is not reached', () => {
  it.each<[string, () => unknown]>([
    ['in a private field', () => new Holder()],
    ['in a closure', () => () => PASSWORD],
    [
      'behind a getter that throws',
      () => ({
        get secret() {
          throw new Error('no')
        },
      }),
    ],
  ])('%s', (_where, make) => {
    expect(isFound(make())).toBe(false)
  })
})
