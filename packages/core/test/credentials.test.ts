import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { Credential, type CredentialOptions, Credentials } from '../src/credentials.js'

const NT_HASH = 'a4f49c406510bdcab6824ee7c30fd852' // of "Password", [MS-NLMP] 4.2.2.1.2
const NTOWF_V2 = '0c868a403bfd7a93a3001ef22ef02e3f' // of User, Domain, [MS-NLMP] 4.2.4.1.1

async function keyOf(options: Partial<CredentialOptions>): Promise<string> {
  const credentials = new Credentials({ username: 'Domain\\User', ...options } as CredentialOptions)
  return (await credentials.resolve()).ntowfV2().toString('hex')
}

describe('the secret', () => {
  it.each<[string, Partial<CredentialOptions>]>([
    ['a password', { password: 'Password' }],
    ['a function', { password: () => 'Password' }],
    ['an async function', { password: async () => 'Password' }],
    ['an NT hash in hex', { ntHash: NT_HASH.toUpperCase() }],
    ['an NT hash in bytes', { ntHash: Buffer.from(NT_HASH, 'hex') }],
    ['an async function of an NT hash', { ntHash: async () => NT_HASH }],
    ['a password beside an empty NT hash', { password: 'Password', ntHash: '' }],
    ['a password beside a null', { password: 'Password', ntHash: null }],
    ['an NT hash beside an empty password', { password: '', ntHash: NT_HASH }],
    ['an NT hash beside a null', { password: null, ntHash: NT_HASH }],
    ['a password of a null domain', { password: 'Password', domain: null }],
    ['a password of an empty domain', { password: 'Password', domain: '' }],
  ])('may be %s', async (_kind, options) => {
    expect(await keyOf(options)).toBe(NTOWF_V2)
  })

  it.each([undefined, null, ''])('may be an empty password, beside the NT hash %j', async (ntHash) => {
    expect(await keyOf({ password: '', ntHash })).toMatch(/^[0-9a-f]{32}$/)
  })

  it.each<[string, object, string]>([
    ['neither', {}, 'Neither password nor ntHash'],
    ['neither but nulls', { password: null, ntHash: null }, 'Neither password nor ntHash'],
    ['an empty NT hash alone', { ntHash: '' }, 'Neither password nor ntHash'],
    ['both', { password: 'x', ntHash: NT_HASH }, 'Both password and ntHash'],
    ['a short NT hash', { ntHash: 'abcd' }, '16 bytes nor 32 hex digits'],
    ['a password of the wrong kind', { password: 42 }, 'password is not a string'],
    ['no user name', { username: undefined, password: 'x' }, 'username is missing'],
    ['a domain of the wrong kind', { password: 'x', domain: 1 }, 'domain is not a string'],
  ])('is refused at construction: %s', (_fault, options, message) => {
    const construct = () => new Credentials({ username: 'Domain\\User', ...options } as CredentialOptions)
    expect(construct).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(message) }),
    )
  })

  it('is asked for once a handshake when it is a function', async () => {
    const password = vi.fn(async () => 'Password')
    const credentials = new Credentials({ username: 'Domain\\User', password })
    expect(password).not.toHaveBeenCalled()
    await credentials.resolve()
    await credentials.resolve()
    expect(password).toHaveBeenCalledTimes(2)
  })

  it('is hashed once, and its key derived once, as long as it stays the same', async () => {
    const credentials = new Credentials({ username: 'Domain\\User', password: 'Password' })
    const first = await credentials.resolve()
    const second = await credentials.resolve()
    expect(second).toBe(first)
    expect(second.ntowfV2()).toBe(first.ntowfV2())
  })

  it('is taken anew when the function returns another', async () => {
    let password = 'old'
    const credentials = new Credentials({ username: 'Domain\\User', password: () => password })
    const before = (await credentials.resolve()).ntowfV2()
    password = 'Password'
    expect((await credentials.resolve()).ntowfV2().toString('hex')).toBe(NTOWF_V2)
    expect(before.toString('hex')).not.toBe(NTOWF_V2)
  })

  it('fails with the cause when the function throws', async () => {
    const cause = new Error('vault sealed')
    const credentials = new Credentials({ username: 'u', password: () => Promise.reject(cause) })
    await expect(credentials.resolve()).rejects.toMatchObject({ code: 'ERR_NTLM_CONFIG', cause })
    const sync = new Credentials({
      username: 'u',
      password: () => {
        throw cause
      },
    })
    expect(() => sync.resolve()).toThrow(expect.objectContaining({ code: 'ERR_NTLM_CONFIG', cause }))
  })
})

describe('a credential by callback', () => {
  const failed = vi.fn()

  it('comes at once where the secret is at hand', () => {
    const use = vi.fn()
    new Credentials({ username: 'u', password: 'x' }).whenResolved(use, failed)
    expect([use.mock.calls.length, failed.mock.calls.length]).toEqual([1, 0])
  })

  it('comes later where it is not', async () => {
    const credentials = new Credentials({ username: 'u', password: async () => 'x' })
    const credential = await new Promise((resolve, reject) => credentials.whenResolved(resolve, reject))
    expect(String(credential)).toBe('u')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('sealed')
      },
    ],
    ['rejects', () => Promise.reject(new Error('sealed'))],
  ])('fails when the function %s', async (_how, password: () => Promise<string>) => {
    const error = await new Promise((_, reject) => {
      new Credentials({ username: 'u', password }).whenResolved(() => {}, reject)
    }).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'ERR_NTLM_CONFIG', message: 'The password function failed.' })
  })
})

describe('nothing secret is shown', () => {
  const password = 'S3cret-horse'
  const credentials = new Credentials({ username: 'LAB\\alice', password })
  const credential = credentials.resolve() as Credential
  credential.ntowfV2()
  const ntHash = Buffer.from('1234567890abcdef1234567890abcdef', 'hex')
  const hashed = new Credentials({ username: 'LAB\\alice', ntHash })

  it.each<[string, (value: unknown) => string]>([
    ['util.inspect', (value) => inspect(value, { showHidden: true, depth: 10, getters: true })],
    ['util.inspect without the custom form', (value) => inspect(value, { customInspect: false, depth: 10 })],
    ['JSON.stringify', (value) => JSON.stringify(value)],
    ['a template string', (value) => `${value}`],
    ['console-style formatting', (value) => inspect([value, { nested: value }])],
  ])('%s', (_form, show) => {
    for (const value of [credentials, credential, hashed, hashed.resolve()]) {
      const shown = show(value)
      expect(shown).not.toContain(password)
      expect(shown).not.toMatch(/1234567890abcdef|12 34 56 78/)
      expect(shown).not.toContain(credential.ntowfV2().toString('hex'))
    }
  })

  it('shows who it is', () => {
    expect(`${credential}`).toBe('LAB\\alice')
    expect(JSON.stringify(credentials)).toBe('{"user":"alice","domain":"LAB"}')
    expect(inspect(credential)).toContain('alice')
  })
})

it('an account without a domain is written bare', () => {
  expect(String(new Credential({ user: 'alice', domain: '' }, Buffer.alloc(16)))).toBe('alice')
})
