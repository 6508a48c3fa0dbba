import { request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSlowServer } from '../../../test/slow-server.js'
import { ALICE, BOB } from '../../../test/wire.js'
import { identities, NtlmAgent } from '../src/index.js'

async function ask(url: string, dispatcher: NtlmAgent): Promise<string> {
  const { body } = await request(url, { dispatcher })
  return body.text()
}

describe('dispatchers by user', () => {
  it('are let go when others come: what is under way finishes, and its connection closes behind it', async () => {
    const { server, finish, slowSeen } = await startSlowServer()
    const users = identities({ origins: server.origin, max: 1 })
    onTestFinished(() => users.close())
    const alice = users.for(ALICE)
    await ask(server.url, alice)
    const slow = ask(`${server.origin}/slow`, alice)
    await slowSeen()
    expect(await ask(server.url, alice)).toBe('alice')
    expect(server.openConnections).toBe(2)

    expect(await ask(server.url, users.for(BOB))).toBe('bob')
    await expect.poll(() => server.openConnections).toBe(2)
    finish()
    expect(await slow).toBe('alice')
    await expect.poll(() => server.openConnections).toBe(1)
  })

  it('that were let go still serve whoever holds them, and keep no connection', async () => {
    const { server } = await startSlowServer()
    const users = identities({ origins: server.origin, max: 1 })
    onTestFinished(() => users.close())
    const alice = users.for(ALICE)
    users.for(BOB)
    expect([await ask(server.url, alice), await ask(server.url, alice)]).toEqual(['alice', 'alice'])
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('serve what waits for a place in a pool when they are let go', async () => {
    const { server, finish, slowSeen } = await startSlowServer()
    const users = identities({ origins: server.origin, max: 1, connections: 1 })
    onTestFinished(() => users.close())
    const alice = users.for(ALICE)
    await ask(server.url, alice)
    const slow = ask(`${server.origin}/slow`, alice)
    await slowSeen()
    const waiting = ask(server.url, alice)
    users.for(BOB)
    finish()
    expect(await Promise.all([slow, waiting])).toEqual(['alice', 'alice'])
    await expect.poll(() => server.openConnections).toBe(0)
    expect(server.connections).toBe(1)
  })

  it('close together when all is finished, and take nothing afterwards', async () => {
    const { server, finish, slowSeen } = await startSlowServer()
    const users = identities({ origins: server.origin })
    const alice = users.for(ALICE)
    const slow = ask(`${server.origin}/slow`, alice)
    await ask(server.url, users.for(BOB))
    await slowSeen()
    const closed = users.close()
    finish()
    expect(await slow).toBe('alice')
    await closed
    await expect.poll(() => server.openConnections).toBe(0)
    await expect(ask(server.url, alice)).rejects.toMatchObject({ code: 'UND_ERR_CLOSED' })
    expect(() => users.for(ALICE)).toThrow(expect.objectContaining({ code: 'ERR_NTLM_CONFIG' }))
  })

  it.each<[string, object, string]>([
    ['a credential', { ...ALICE, origins: '*' }, 'The username option belongs to one user.'],
    ['a domain', { domain: 'LAB', origins: '*' }, 'The domain option belongs to one user.'],
    ['no origins', {}, 'The origins option is missing.'],
    ['an unknown option', { origins: '*', conections: 1 }, "There is no option 'conections'."],
    ['a bound of 0', { origins: '*', max: 0 }, 'The max option is no whole number above 0.'],
  ])('are refused at once: %s', (_what, options, message) => {
    expect(() => identities(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }),
    )
  })
})

it('one user has one dispatcher, an NtlmAgent', () => {
  const users = identities({ origins: '*' })
  expect(users.for(ALICE)).toBe(users.for(ALICE))
  expect(users.for(ALICE)).toBeInstanceOf(NtlmAgent)
})
