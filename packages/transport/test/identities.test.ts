import { inspect } from 'node:util'
import { type Credential, Credentials } from '@ntlmkit/core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Identities, type IdentityCredential } from '../src/identities.js'
import { failures } from '../src/index.js'
import type { LogOn } from '../src/rules/log-ons.js'
import { type NtlmOptions, resolveOptions } from '../src/rules/options.js'
import { nextInOrder } from '../src/rules/outgoing-request.js'
import { Session } from '../src/rules/session.js'
import { ORIGIN } from './rules/told-connection.js'

const TOO_LONG = 'characters, more than fit its field.'
const NT_HASH = 'a4f49c406510bdcab6824ee7c30fd852'

interface Opened {
  number: number
  username: string
}

function ntHashOf(password: string): Uint8Array {
  return (new Credentials({ username: 'alice', password }).resolve() as Credential).ntowfV1()
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
    [
      'with an NT hash as bytes and in hex',
      { username: 'alice', ntHash: Buffer.from(NT_HASH, 'hex') },
      { username: 'alice', ntHash: NT_HASH.toUpperCase() },
    ],
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

  it('with one function for a password and for an NT hash is two identities', () => {
    const { identities, close } = cache()
    const secret = () => NT_HASH
    const before = identities.for({ username: 'alice', password: secret })
    expect(identities.for({ username: 'alice', ntHash: secret })).not.toBe(before)
    expect(close.mock.calls).toEqual([[before, false]])
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

describe('what the log-ons of an account came to', () => {
  const sessions = (max?: number) =>
    new Identities({
      max,
      open: (credential) => new Session(resolveOptions({ ...credential, origins: '*' } as NtlmOptions)),
      close: () => {},
    })

  /** Logs on in vain, and tells whether that was tried. */
  function isTried(session: Session): boolean {
    const { logOns, options } = session.at(ORIGIN)
    const credential = options.credentials.resolve() as Credential
    const place = { origin: ORIGIN, path: '/', credential, order: nextInOrder() }
    let logOn: LogOn | undefined
    let isAdmitted = false
    const waiter = {
      admit() {
        isAdmitted = true
      },
      refuse() {},
    }
    logOns.enter(place, waiter, (entered) => {
      logOn = entered
    })
    if (isAdmitted) logOn?.refused(failures.rejected(ORIGIN, 'NTLM', 'alice'))
    return isAdmitted
  }

  it.each<[string, IdentityCredential]>([
    ['when it was let go', user('LAB\\alice')],
    ['in another case', user('lab\\ALICE')],
    ['with the domain beside the name', { ...user('alice'), domain: 'lab' }],
    ['by a function', { username: 'LAB\\alice', password: () => 'secret' }],
    ['by its hash', { username: 'LAB\\alice', ntHash: ntHashOf('secret') }],
  ])('holds for the secret that was rejected: %s', (_how, again) => {
    const identities = sessions(1)
    expect(isTried(identities.for(user('LAB\\alice')))).toBe(true)
    identities.for(user('LAB\\bob'))
    expect(isTried(identities.for(again))).toBe(false)
  })

  it.each<[string, IdentityCredential]>([
    ['secret', user('LAB\\alice', 'another')],
    ['account', user('LAB\\bob')],
    ['domain', user('OTHER\\alice')],
  ])('holds for no other %s', (_what, another) => {
    const identities = sessions()
    isTried(identities.for(user('LAB\\alice')))
    expect(isTried(identities.for(another))).toBe(true)
    expect(isTried(identities.for(user('LAB\\alice')))).toBe(false)
  })

  it('ends with the cool-down: 1, 5, then 15 minutes', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const identities = sessions(1)
    const again = () => {
      identities.for(user('bob'))
      return isTried(identities.for(user('alice')))
    }
    expect(again()).toBe(true)
    for (const minutes of [1, 5, 15, 15]) {
      vi.advanceTimersByTime(minutes * 60_000 - 1)
      expect(again()).toBe(false)
      vi.advanceTimersByTime(1)
      expect(again()).toBe(true)
    }
  })

  it('is kept for 1,000 accounts, those used last', () => {
    const identities = sessions(1)
    for (const name of ['alice', 'bob']) isTried(identities.for(user(name)))
    for (let i = 0; i < 998; i++) identities.for(user(`user${i}`))
    identities.for(user('alice'))
    identities.for(user('another'))
    expect(isTried(identities.for(user('alice')))).toBe(false)
    expect(isTried(identities.for(user('bob')))).toBe(true)
  })

  it('is looked up only where this account was rejected', () => {
    const identities = sessions()
    isTried(identities.for(user('alice')))
    const hasRejections = (name: string) => identities.for(user(name, 'new')).at(ORIGIN).logOns.hasRejections
    expect([hasRejections('Alice'), hasRejections('bob')]).toEqual([true, false])
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
    ['a name longer than its field', user('x'.repeat(1e6)), `The username has 1000000 ${TOO_LONG}`],
    [
      'a domain longer than its field',
      { ...user('x'), domain: 'x'.repeat(32768) },
      `The domain has 32768 ${TOO_LONG}`,
    ],
    [
      'an NT hash that is none',
      { username: 'alice', ntHash: 'zz' },
      'The ntHash is neither 16 bytes nor 32 hex digits.',
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
