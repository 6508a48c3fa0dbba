import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { Identities, type IdentityCredential } from '../src/identities.js'

const NT_HASH = 'a4f49c406510bdcab6824ee7c30fd852'

interface Opened {
  number: number
  username: string
}

function cache(max?: number) {
  let opened = 0
  const open = vi.fn(({ username }: IdentityCredential): Opened => ({ number: ++opened, username }))
  const close = vi.fn((_opened: Opened, _isEnd?: boolean): void | Promise<void> => {})
  return { identities: new Identities({ max, open, close }), open, close }
}

function user(username: string, password = 'secret'): IdentityCredential {
  return { username, password }
}

describe('one user', () => {
  it.each<[string, IdentityCredential, IdentityCredential]>([
    ['with a password', user('LAB\\alice'), user('LAB\\alice')],
    ['with the domain beside the name', user('LAB\\alice'), { ...user('alice'), domain: 'LAB' }],
    ['with empty fields beside the password', user('alice'), { ...user('alice'), domain: '', ntHash: null }],
    ['with an NT hash', { username: 'alice', ntHash: NT_HASH }, { username: 'alice', ntHash: NT_HASH }],
    ['with a UPN and a domain', user('alice@lab.test'), { ...user('alice@lab.test'), domain: 'LAB' }],
  ])('is one identity: %s', (_what, first, second) => {
    const { identities, close } = cache()
    expect(identities.for(second)).toBe(identities.for(first))
    expect([identities.size, close.mock.calls]).toEqual([1, []])
  })

  it('with the same function for a password is one identity, and the function is not called', () => {
    const { identities } = cache()
    const password = vi.fn(() => 'secret')
    const first = identities.for({ username: 'alice', password })
    expect(identities.for({ username: 'alice', password })).toBe(first)
    expect(password).not.toHaveBeenCalled()
  })

  it.each<[string, IdentityCredential]>([
    ['password', user('alice', 'another')],
    ['kind of secret', { username: 'alice', ntHash: NT_HASH }],
    ['function', { username: 'alice', password: () => 'secret' }],
  ])('with another %s is another identity, and the one before is closed', (_what, changed) => {
    const { identities, close } = cache()
    const before = identities.for(user('alice'))
    const now = identities.for(changed)
    expect(now).not.toBe(before)
    expect([identities.size, close.mock.calls]).toEqual([1, [[before, false]]])
    expect(identities.for(changed)).toBe(now)
  })

  it('is known again by the bytes of an NT hash, not by the array', () => {
    const { identities } = cache()
    const ntHash = Buffer.from(NT_HASH, 'hex')
    const first = identities.for({ username: 'alice', ntHash })
    expect(identities.for({ username: 'alice', ntHash: Buffer.from(ntHash) })).toBe(first)
    ntHash.fill(0)
    expect(identities.for({ username: 'alice', ntHash })).not.toBe(first)
  })
})

describe('two users', () => {
  it.each<[string, IdentityCredential, IdentityCredential]>([
    ['of one password', user('alice'), user('bob')],
    ['of one name in two domains', user('LAB\\alice'), user('OTHER\\alice')],
    ['of a name in a domain and without one', user('LAB\\alice'), user('alice')],
    ['of names that differ in case', user('alice'), user('Alice')],
  ])('are two identities: %s', (_what, first, second) => {
    const { identities } = cache()
    expect(identities.for(first)).not.toBe(identities.for(second))
  })
})

describe('the bound', () => {
  it('lets the least recently used go', () => {
    const { identities, close } = cache(2)
    const [alice, bob] = [identities.for(user('alice')), identities.for(user('bob'))]
    identities.for(user('alice'))
    identities.for(user('carol'))
    expect(close.mock.calls).toEqual([[bob, false]])
    expect(identities.for(user('alice'))).toBe(alice)
    expect(identities.size).toBe(2)
  })

  it('is 100 users by default', () => {
    const { identities, close } = cache()
    for (let i = 0; i < 101; i++) identities.for(user(`user${i}`))
    expect([identities.size, close.mock.calls]).toEqual([100, [[{ number: 1, username: 'user0' }, false]]])
  })

  it.each([0, -1, 1.5, '2', Number.POSITIVE_INFINITY])('is a whole number above 0, not %j', (max) => {
    expect(() => cache(max as number)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: 'The max option is no whole number above 0.',
      }),
    )
  })
})

describe('a credential that is none', () => {
  it.each<[string, object, string]>([
    ['no object', null as never, 'The options are missing.'],
    ['no name', { password: 'x' }, 'The credential has no username.'],
    ['no secret', { username: 'alice' }, 'Neither password nor ntHash is given.'],
    ['two secrets', { ...user('alice'), ntHash: NT_HASH }, 'Both password and ntHash are given.'],
    ['a slash', user('LAB/alice'), "The username 'LAB/alice' has a slash, and no account has one."],
    [
      'another option',
      { ...user('alice'), origins: '*' },
      'The credential has an option that belongs to no user.',
    ],
    ['a secret of the wrong kind', { username: 'alice', password: 5 }, 'The password is of the wrong type.'],
  ])('is refused before anything is opened: %s', (_what, credential, message) => {
    const { identities, open } = cache()
    identities.for(user('alice'))
    expect(() => identities.for(credential as IdentityCredential)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }),
    )
    expect([open.mock.calls.length, identities.size]).toEqual([1, 1])
  })

  it('that cannot be opened closes nobody', () => {
    const { identities, open, close } = cache(1)
    const alice = identities.for(user('alice'))
    open.mockImplementation(() => {
      throw new Error('no')
    })
    expect(() => identities.for(user('alice', 'changed'))).toThrow('no')
    expect(() => identities.for(user('bob'))).toThrow('no')
    expect([identities.for(user('alice')), close.mock.calls]).toEqual([alice, []])
  })
})

describe('close', () => {
  it('waits for those under way, evicted ones included, and gives none out any more', async () => {
    const { identities, close } = cache(1)
    expect(identities[Symbol.asyncDispose]).toBeTypeOf('function')
    const finish: (() => void)[] = []
    close.mockImplementation(() => new Promise<void>((resolve) => finish.push(resolve)))
    identities.for(user('alice'))
    identities.for(user('bob'))
    expect(close.mock.calls.at(-1)?.[1]).toBe(false)
    let isClosed = false
    const closed = identities.close().then(() => {
      isClosed = true
    })
    expect(() => identities.for(user('bob'))).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'These identities are closed.' }),
    )
    expect([finish.length, identities.size, close.mock.calls.at(-1)?.[1]]).toEqual([2, 0, true])
    finish[0]()
    await Promise.resolve()
    expect(isClosed).toBe(false)
    finish[1]()
    await closed
  })

  it('tells of one that fails; while it goes on, an evicted one that fails is nobody’s affair', async () => {
    const { identities, close } = cache(1)
    close.mockRejectedValueOnce(new Error('evicted')).mockImplementationOnce(() => {
      throw new Error('closed')
    })
    identities.for(user('alice'))
    identities.for(user('bob'))
    await new Promise(setImmediate)
    await expect(identities.close()).rejects.toThrow('closed')
  })
})

it('no password is shown, and none is a key', () => {
  const { identities } = cache()
  identities.for(user('alice', 'S3cret-horse'))
  expect(inspect(identities, { depth: 10, showHidden: true })).not.toContain('S3cret')
})
