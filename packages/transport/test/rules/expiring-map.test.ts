import { beforeEach, describe, expect, it } from 'vitest'
import { ExpiringMap } from '../../src/rules/expiring-map.js'

let now: number
let map: ExpiringMap<string, number>
beforeEach(() => {
  now = 0
  map = new ExpiringMap(2, 100, () => now)
})

describe('a map that expires', () => {
  it('has an entry for as long as its lifetime, from when it was set last', () => {
    map.set('a', 1)
    now = 99
    expect(map.get('a')).toBe(1)
    map.set('a', 2)
    now = 198
    expect(map.get('a')).toBe(2)
    now = 199
    expect([map.get('a'), map.size]).toEqual([undefined, 0])
  })

  it('does not live longer for being read', () => {
    map.set('a', 1)
    now = 99
    map.get('a')
    now = 100
    expect(map.get('a')).toBeUndefined()
  })

  it('forgets the least recently used when there are too many', () => {
    map.set('a', 1)
    map.set('b', 2)
    map.get('a')
    map.set('c', 3)
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2])
  })

  it('forgets what is deleted', () => {
    map.set('a', 1)
    map.delete('a')
    expect(map.get('a')).toBeUndefined()
  })
})
