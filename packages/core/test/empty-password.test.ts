import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Credentials } from '../src/credentials.js'

const { told } = vi.hoisted(() => ({ told: [] as unknown[][] }))

vi.mock('node:util', async (original) => ({
  ...(await original<typeof import('node:util')>()),
  debuglog: () => Object.assign((...line: unknown[]) => void told.push(line), { enabled: true }),
}))

describe('an empty password', () => {
  const line = ['the password of %s is empty', 'LAB\\alice']

  beforeEach(() => {
    told.length = 0
  })

  it.each<[string, object]>([
    ['a string', { password: '' }],
    ['what a function returns', { password: () => '' }],
    ['what a function returns later', { password: async () => '' }],
    ['its NT hash', { ntHash: '31d6cfe0d16ae931b73c59d7e0c089c0' }],
  ])('is a password, and said in the debug output once: %s', async (_how, secret) => {
    const credentials = new Credentials({ username: 'LAB\\alice', ...secret })
    await credentials.resolve()
    await credentials.resolve()
    expect(told).toEqual([line])
  })

  it.each<[string, object]>([
    ['another', { password: ' ' }],
    ['an empty one beside a hash', { password: '', ntHash: 'a'.repeat(32) }],
  ])('is not said of %s', async (_what, secret) => {
    await new Credentials({ username: 'LAB\\alice', ...secret }).resolve()
    expect(told).toEqual([])
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
