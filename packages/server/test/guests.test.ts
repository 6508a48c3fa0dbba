import { Credential, Credentials, isGuestName, isNobody, NtlmInitiator } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import type { NtlmIdentity, NtlmServerOptions } from '../src/index.js'
import { connect, start, stopAfterEach } from './fixture.js'
import { type Answer, initiatorOf } from './raw-client.js'

stopAfterEach()

const PASSWORD = 'Guest1'

/** An initiator that names itself so, whatever becomes of it, and knows this NT hash. */
function named(user: string, domain: string, ntHash?: Uint8Array): NtlmInitiator {
  const hash =
    ntHash ?? (new Credentials({ username: 'x', password: PASSWORD }).resolve() as Credential).ntowfV1()
  return new NtlmInitiator({ credential: new Credential({ user, domain }, Buffer.from(hash)) })
}

interface Outcome {
  answered: Answer
  failed: string | undefined
}

async function outcomeOf(
  initiator: NtlmInitiator,
  options: Pick<NtlmServerOptions, 'users' | 'allow'>,
): Promise<Outcome> {
  const handler: NtlmServerOptions['handler'] = ({ ntlm }, response) =>
    void response.end(JSON.stringify(ntlm))
  const server = await start({ ...options, handler })
  const [, answered] = await connect(server).authenticate({}, initiator)
  return { answered, failed: server.log.at(-1)?.failed }
}

const identityIn = ({ answered }: Outcome) => JSON.parse(answered.body) as NtlmIdentity

describe('an account of guests', () => {
  it.each<[account: string, user: string, domain: string]>([
    ['guest', 'guest', ''],
    ['guest', 'GUEST', 'ANY'],
    ['guest', 'guest@anywhere.test', ''],
    ['guest', 'Guest@', ''],
    ['Guest', 'guest', '.'],
    ['LAB\\Guest', 'gUEST', 'lab'],
    ['LAB\\Guest', 'guest', ''],
    ['LAB\\Guest', 'guest', 'lab.test'],
    ['LAB\\Guest', 'guest@lab.test', ''],
    ['LAB\\Guest', 'guest@LAB', 'ignored'],
    ['.\\guest', 'guest', '.'],
    ['guest@lab.test', 'guest@lab.test', ''],
    ['LAB\\guest ', 'guest ', 'LAB'],
    ['LAB\\guest.', 'guest.', 'LAB'],
    ['LAB\\guest\u200b', 'guest\u200b', 'LAB'],
    ['LAB\\ｇｕｅｓｔ', 'ｇｕｅｓｔ', 'LAB'],
  ])('is one, the account named %j and asked for by %j of %j', async (account, user, domain) => {
    const users = { [account]: PASSWORD }
    expect(await outcomeOf(named(user, domain), { users })).toMatchObject({
      answered: { status: 401 },
      failed: 'guest',
    })
    const allowed = await outcomeOf(named(user, domain), { users, allow: { guest: true } })
    expect(identityIn(allowed)).toMatchObject({ username: user, guest: true })
  })

  it.each([
    'guest',
    'GUEST@lab.test',
    'LAB\\guest',
    'LAB/guest',
    'guest ',
    ' guest',
    'guest...',
    'guest\0',
    'guest\u202e',
  ])('is one where a function finds it under %j', async (user) => {
    const users = () => ({ password: PASSWORD })
    expect((await outcomeOf(named(user, ''), { users })).failed).toBe('guest')
  })

  it('is any that says so, and none that denies it', async () => {
    const says = { users: { 'LAB\\visitor': { password: PASSWORD, guest: true } } }
    expect((await outcomeOf(named('visitor', 'LAB'), says)).failed).toBe('guest')
    const denies = await outcomeOf(named('guest', 'LAB'), {
      users: { 'LAB\\guest': { password: PASSWORD, guest: false } },
    })
    expect(denies.answered.status).toBe(200)
    expect(identityIn(denies)).not.toHaveProperty('guest')
  })

  it.each(['guests', 'guestbook@lab.test', 'alice@guest', 'GUEST\\alice', 'g.uest'])('is not %j', (user) => {
    expect(isGuestName(user)).toBe(false)
  })
})

describe('an anonymous user', () => {
  const anonymous = () => new NtlmInitiator({ credential: 'anonymous' })

  it('gets in where that is allowed, and not by a guest', async () => {
    const users = { guest: '' }
    expect((await outcomeOf(anonymous(), { users, allow: { guest: true } })).failed).toBe('anonymous')
    const allowed = await outcomeOf(anonymous(), { users, allow: { anonymous: true } })
    expect(identityIn(allowed)).toMatchObject({ username: '', domain: '', anonymous: true })
  })

  it.each([
    '',
    ' ',
    '.',
    '\0',
    '\u200b',
    '@lab.test',
    'LAB\\',
    'ANONYMOUS LOGON',
    'anonymous logon@NT AUTHORITY',
  ])('has no account, whatever a function finds: %j', async (user) => {
    const asked: unknown[] = []
    const users = (name: unknown) => {
      asked.push(name)
      return { password: PASSWORD }
    }
    const outcome = await outcomeOf(named(user, 'LAB'), { users, allow: { anonymous: true, guest: true } })
    expect(outcome).toMatchObject({ answered: { status: 401 }, failed: 'account' })
    expect(asked).toEqual([])
    expect(isNobody(user)).toBe(true)
  })
})

describe('a users function that finds nothing usable', () => {
  const ZERO_HASH = Buffer.alloc(16)

  it.each([undefined, null])('has no such account: %j', async (found) => {
    for (const initiator of [named('alice', 'LAB', ZERO_HASH), initiatorOf('LAB\\alice', '')]) {
      expect(await outcomeOf(initiator, { users: () => found })).toMatchObject({
        answered: { status: 401 },
        failed: 'account',
      })
    }
  })

  it.each([
    {},
    { password: undefined },
    { password: null },
    { ntHash: undefined },
    { ntHash: 'abc' },
    7,
    false,
  ])('has failed, and lets nobody in by the hash of nothing: %j', async (found) => {
    const users = (() => found) as unknown as NtlmServerOptions['users']
    for (const initiator of [named('alice', 'LAB', ZERO_HASH), initiatorOf('LAB\\alice', '')]) {
      expect((await outcomeOf(initiator, { users })).answered).toMatchObject({
        status: 500,
        body: expect.stringMatching(/^What the users function found has /),
      })
    }
  })

  it('may find a password as a string, and a hash in hex', async () => {
    expect((await outcomeOf(named('alice', 'LAB'), { users: () => PASSWORD })).answered.status).toBe(200)
    const ntHash = '00'.repeat(16)
    const hashed = await outcomeOf(named('alice', 'LAB', ZERO_HASH), { users: () => ({ ntHash }) })
    expect(hashed.answered.status).toBe(200)
  })
})
