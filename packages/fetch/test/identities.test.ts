import { expect, it } from 'vitest'
import { startSlowServer } from '../../../test/slow-server.js'
import { ALICE, BOB, startServer } from '../../../test/wire.js'
import { identities } from '../src/index.js'

it('one user has one fetch, the bound holds, and all close together', async () => {
  const server = await startServer()
  const users = identities({ origins: server.origin, max: 1 })
  const alice = users.for(ALICE)
  expect([users.for(ALICE) === alice, users.size]).toEqual([true, 1])
  expect(await (await alice(server.url)).json()).toMatchObject({ user: 'alice' })

  expect(await (await users.for(BOB)(server.url)).json()).toMatchObject({ user: 'bob' })
  expect(users.size).toBe(1)
  await expect.poll(() => server.openConnections).toBe(1)
  expect(await (await alice(server.url)).json()).toMatchObject({ user: 'alice' })
  await expect.poll(() => server.openConnections).toBe(1)

  await users.close()
  await expect.poll(() => server.openConnections).toBe(0)
  expect(() => users.for(ALICE)).toThrow(expect.objectContaining({ code: 'ERR_NTLM_CONFIG' }))
  expect(users[Symbol.asyncDispose]).toBeTypeOf('function')
})

it.each<[string, object, string]>([
  ['a credential', { ...ALICE, origins: '*' }, 'The username option belongs to one user.'],
  ['no origins', {}, 'The origins option is missing.'],
])('shared options are refused at once: %s', (_what, options, message) => {
  expect(() => identities(options as never)).toThrow(
    expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }),
  )
})

it('what has begun before close() finishes, of one that was let go, too, and nothing is taken afterwards', async () => {
  const { server, finish, slowSeen } = await startSlowServer()
  const users = identities({ origins: server.origin, max: 1 })
  const alice = users.for(ALICE)
  const bob = users.for(BOB)
  const begun = [alice(`${server.origin}/slow`), bob(server.url)]
  const closed = users.close()
  const later = { message: 'fetch failed', cause: { code: 'UND_ERR_CLOSED' } }
  await expect(alice(server.url)).rejects.toMatchObject(later)
  await expect(bob(server.url)).rejects.toMatchObject(later)
  expect(() => users.for(ALICE)).toThrow('These identities are closed.')
  await slowSeen()
  finish()
  expect(await Promise.all(begun.map(async (answer) => (await answer).text()))).toEqual(['alice', 'bob'])
  await closed
  await expect(alice(server.url)).rejects.toMatchObject(later)
  expect(() => users.for(ALICE)).toThrow('These identities are closed.')
  await expect.poll(() => server.openConnections).toBe(0)
})
