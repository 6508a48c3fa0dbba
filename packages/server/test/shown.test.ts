import { describe, expect, it } from 'vitest'
import { shownField } from '../src/shown.js'

describe('a string from outside', () => {
  it('is quoted as a field, where it could be taken for more than one', () => {
    expect(shownField('LAB\\alice')).toBe('LAB\\alice')
    expect(shownField('alice 200 MIC')).toBe('"alice 200 MIC"')
    expect(shownField('a" MIC')).toBe('"a\\" MIC"')
  })
})
