import { describe, expect, it } from 'vitest'
import { fuzz } from '../../../../test/fuzz/fuzz.mjs'
import { offeredToken } from '../../../server/src/credentials-header.js'
import { DerReader, decodeOid, encodeOid } from '../../src/spnego/der.js'

const internals = { DerReader, decodeOid, encodeOid, offeredToken }

describe('everything that reads bytes from outside', () => {
  it('returns, or throws NtlmError, on the corpus and 2,000 inputs made from it', async () => {
    const { faults, targets, inputs } = await fuzz({ internals, count: 2000 })
    expect(faults).toEqual([])
    expect(inputs).toBe(2000)
    // Changes that only ever break things would prove little.
    for (const name of ['decodeChallenge', 'decodeAuthenticate', 'decodeSpnego', 'NtlmAcceptor, proven']) {
      expect(targets[name].returned, name).toBeGreaterThan(20)
      expect(targets[name].refused, name).toBeGreaterThan(20)
    }
  })
})
