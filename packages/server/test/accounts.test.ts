import { describe, expect, it } from 'vitest'
import { accountStore, type Users } from '../src/accounts.js'

const NAMES = { netbiosDomain: 'LAB', netbiosComputer: 'SERVER', dnsDomain: 'lab.test' }
const HASH = '0123456789abcdef0123456789ABCDEF'

describe('an account', () => {
  const store = accountStore(
    { 'LAB\\alice': 'a', 'bob@corp.example': 'b', carol: 'c', 'ÄÖ\\zoë': 'z' },
    NAMES,
  )

  it.each([
    ['LAB', 'alice', 'a'],
    ['lab', 'ALICE', 'a'],
    ['', 'alice', 'a'],
    ['.', 'alice', 'a'],
    ['lab.test', 'alice', 'a'],
    ['', 'alice@lab.test', 'a'],
    ['', 'Alice@LAB', 'a'],
    ['OTHER', 'alice', undefined],
    ['', 'alice@other.test', undefined],
    ['', 'bob@corp.example', 'b'],
    ['', 'bob', undefined],
    ['ANY', 'carol', 'c'],
    ['äö', 'ZOË', 'z'],
    ['LAB', 'nobody', undefined],
  ])('is found by domain %j and user %j as Windows would', async (domain, user, password) => {
    expect(await store({ domain, user })).toEqual(password === undefined ? undefined : { password })
  })
})

describe('a secret', () => {
  it('is a password, or an NT hash in bytes or hex', async () => {
    const store = accountStore(
      { a: 'x', b: { password: 'y' }, c: { ntHash: HASH }, d: { ntHash: Buffer.alloc(16, 1) } },
      NAMES,
    )
    const secrets = await Promise.all(['a', 'b', 'c', 'd'].map((user) => store({ user, domain: '' })))
    expect(secrets).toEqual([
      { password: 'x' },
      { password: 'y' },
      { ntHash: Buffer.from(HASH, 'hex') },
      { ntHash: Buffer.alloc(16, 1) },
    ])
  })

  it('may be looked up by a function', async () => {
    const store = accountStore(async ({ user }) => ({ password: user }), NAMES)
    expect(await store({ user: 'x', domain: '' })).toEqual({ password: 'x' })
  })

  it.each<[string, unknown, string]>([
    ['no accounts', {}, 'The users are missing.'],
    ['no password', { 'LAB\\alice': undefined }, 'The user LAB\\alice has no password.'],
    ['a number', { 'LAB\\alice': 1 }, 'The user LAB\\alice has no password.'],
    [
      'half a hash',
      { alice: { ntHash: '0123' } },
      'The user alice has an ntHash of neither 16 bytes nor 32 hex digits.',
    ],
    ['no name', { 'LAB\\': 'x' }, 'The username is empty.'],
  ])('is refused where there is none: %s', (_, users, message) => {
    expect(() => accountStore(users as Users, NAMES)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }),
    )
  })
})
