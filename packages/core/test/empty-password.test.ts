import { describe, expect, it } from 'vitest'
import { Credentials } from '../src/credentials.js'

describe('an empty password', () => {
  it.each<[string, object]>([
    ['a string', { password: '' }],
    ['what a function returns', { password: () => '' }],
  ])('is a password: %s', async (_how, secret) => {
    const credential = await new Credentials({ username: 'LAB\\alice', ...secret }).resolve()
    expect(credential.ntowfV1().toString('hex')).toBe('31d6cfe0d16ae931b73c59d7e0c089c0')
  })

  it.each([
    [{ password: undefined }, 'Neither password nor ntHash is given: password is undefined.'],
    [{ password: null }, 'Neither password nor ntHash is given: password is null.'],
    [{ ntHash: '' }, 'Neither password nor ntHash is given: ntHash is empty.'],
    [{}, 'Neither password nor ntHash is given.'],
  ])('is not what %j is', (secret, message) => {
    expect(() => new Credentials({ username: 'LAB\\alice', ...secret })).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }),
    )
  })
})
