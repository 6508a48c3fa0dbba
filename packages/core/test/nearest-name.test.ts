import { describe, expect, it } from 'vitest'
import { nearestName } from '../src/nearest-name.js'

const NAMES = ['username', 'password', 'ntHash', 'domain', 'origins', 'spn', 'maxSockets']

describe('the name that was meant', () => {
  it.each<[string, string | undefined]>([
    ['Password', 'password'],
    ['userName', 'username'],
    ['nthash', 'ntHash'],
    ['origin', 'origins'],
    ['passwrod', 'password'],
    ['domian', 'domain'],
    ['SPN', 'spn'],
    ['spns', 'spn'],
    ['spn', 'spn'],
    ['ca', undefined],
    ['proxy', undefined],
    ['', undefined],
    ['x'.repeat(1000), undefined],
  ])('by %j is %j', (name, meant) => {
    expect(nearestName(name, NAMES)).toBe(meant)
  })

  it('is the nearest, and the first of those that are equally near', () => {
    expect(nearestName('maxSocket', ['maxSocketsX', 'maxSockets'])).toBe('maxSockets')
    expect(nearestName('bats', ['cats', 'rats'])).toBe('cats')
  })

  it('has fewer mistakes where more letters are asked for each', () => {
    expect(nearestName('timeouts', ['timeout'], 6)).toBe('timeout')
    expect(nearestName('timeoutxx', ['timeout'], 6)).toBeUndefined()
    expect(nearestName('certs', ['cert'], 6)).toBeUndefined()
    expect(nearestName('CERT', ['cert'], 6)).toBe('cert')
  })
})
