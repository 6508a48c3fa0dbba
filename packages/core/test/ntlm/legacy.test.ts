import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Credentials } from '../../src/credentials.js'
import { lmHashOf, ntlmV1Response } from '../../src/ntlm/legacy.js'
import { ntHashOf } from '../../src/ntlm/response.js'

const LEGACY = { ntlmV1: true, lm: true }

describe('LMOWFv1', () => {
  it.each([
    ['', 'aad3b435b51404eeaad3b435b51404ee'],
    ['Password', 'e52cac67419a9a224a3b108f3fa6cb6d'],
    ['PASSWORD', 'e52cac67419a9a224a3b108f3fa6cb6d'],
    ['SecREt01', 'ff3750bcc2b22412c2265b23734e0dac'],
  ])('of %j', (password, hash) => {
    expect(lmHashOf(password)!.toString('hex')).toBe(hash)
  })

  it('does not exist for more than 14 characters, or outside ASCII', () => {
    expect(lmHashOf('fourteen chars')).toBeDefined()
    expect(lmHashOf('fifteen chars !')).toBeUndefined()
    expect(lmHashOf('pässword')).toBeUndefined()
  })
})

describe('the LM hash of a credential', () => {
  const account = { username: 'LAB\\alice', password: 'Password' }

  it('is there only on demand', async () => {
    const lmHash = async (legacy?: { ntlmV1?: boolean; lm?: boolean }) =>
      (await new Credentials({ ...account, legacy }).resolve()).lmowfV1()
    expect(await lmHash()).toBeUndefined()
    expect(await lmHash({ ntlmV1: true })).toBeUndefined()
    expect(await lmHash({ lm: true })).toBeUndefined()
    expect(await lmHash(LEGACY)).toEqual(lmHashOf('Password'))
  })

  it('comes from a password function too, and never from an NT hash', async () => {
    const called = new Credentials({ ...account, password: async () => 'Password', legacy: LEGACY })
    expect((await called.resolve()).lmowfV1()).toEqual(lmHashOf('Password'))
    const hashed = new Credentials({
      username: 'alice',
      ntHash: ntHashOf('Password'),
      legacy: LEGACY,
    })
    expect((await hashed.resolve()).lmowfV1()).toBeUndefined()
  })

  it('is shown nowhere', async () => {
    const credentials = new Credentials({ ...account, legacy: LEGACY })
    const credential = await credentials.resolve()
    const shown = [credential, credentials].map(
      (value) => inspect(value, { depth: 9 }) + JSON.stringify(value),
    )
    expect(shown.join()).not.toMatch(/e52cac|e5 2c|Password/i)
  })
})

describe('an NTLMv1 response', () => {
  const inputs = {
    ntHash: ntHashOf('Password'),
    serverChallenge: Buffer.alloc(8, 1),
    clientChallenge: Buffer.alloc(8, 2),
  }

  it('stands in for the LM response where there is no LM hash (NoLMResponseNTLMv1)', () => {
    const { ntResponse, lmResponse } = ntlmV1Response({ ...inputs, flags: 0 })
    expect(lmResponse).toEqual(ntResponse)
  })

  it('has a session key of its own kind only with the LM hash', () => {
    const kinds = [0, 0x80, 0x400000]
    const keys = (lmHash?: Buffer) =>
      kinds.map((flags) => ntlmV1Response({ ...inputs, lmHash, flags }).keyExchangeKey.toString('hex'))
    expect(new Set(keys(lmHashOf('Password'))).size).toBe(3)
    expect(new Set(keys()).size).toBe(1)
  })
})
