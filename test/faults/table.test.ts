import { describe, expect, it } from 'vitest'
import { EVERYTHING, matrixOf, nameOf } from './cases.js'
import { TABLE } from './table/index.js'

describe('the table of the fault matrix', () => {
  const { cases, leftOut } = matrixOf(EVERYTHING)

  // matrixOf has looked up one row, and one only, for each of them.
  it('has an outcome for every place that is not left out by rule', () => {
    expect(cases.length).toBeGreaterThan(10_000)
    expect(new Set(cases.map(nameOf)).size).toBe(cases.length)
  })

  it('has no row, and no fault in a row, that no case comes to', () => {
    const seen = new Set(cases.map(({ leg, fault }) => `${leg}: ${fault}`))
    const named = TABLE.flatMap(({ legs, faults }) =>
      legs.flatMap((leg) => faults.map((fault) => `${leg}: ${fault}`)),
    )
    expect(named.filter((place) => !seen.has(place))).toEqual([])
  })

  it('leaves nothing out but for a reason in words', () => {
    expect([...leftOut.keys()].filter((reason) => !/^.{15,}[.]$/.test(reason))).toEqual([])
  })
})
