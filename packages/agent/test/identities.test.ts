import { get } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSlowServer } from '../../../test/slow-server.js'
import { ALICE, BOB } from '../../../test/wire.js'
import { identities, type NtlmAgents } from '../src/index.js'

function ask(url: string, agents: NtlmAgents): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: agents.http }, (response) => {
      response.setEncoding('utf8')
      let text = ''
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve(text)).on('error', reject)
    }).on('error', reject)
  })
}

describe('agents by user', () => {
  it('are let go when others come: what is under way finishes, and its socket closes behind it', async () => {
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

  it('that were let go still serve whoever holds them, and keep no socket', async () => {
    const { server } = await startSlowServer()
    const users = identities({ origins: server.origin, max: 1 })
    onTestFinished(() => users.close())
    const alice = users.for(ALICE)
    users.for(BOB)
    expect([await ask(server.url, alice), await ask(server.url, alice)]).toEqual(['alice', 'alice'])
    await expect.poll(() => server.openConnections).toBe(0)
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
    await expect(ask(server.url, alice)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(() => users.for(ALICE)).toThrow(expect.objectContaining({ code: 'ERR_NTLM_CONFIG' }))
  })

  it.each<[string, object, object | undefined, string]>([
    ['a credential', { ...ALICE, origins: '*' }, undefined, 'The username option belongs to one user.'],
    ['no origins', {}, undefined, 'The origins option is missing.'],
    [
      'an agent option that cannot be',
      { origins: '*' },
      { keepAlive: false },
      'The agent option keepAlive is not true.',
    ],
    ['a bound of 0', { origins: '*', max: 0 }, undefined, 'The max option is no whole number above 0.'],
  ])('are refused at once: %s', (_what, options, agentOptions, message) => {
    expect(() => identities(options as never, agentOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(message) }),
    )
  })
})

it('an agent of ours is known by a symbol that all copies share', () => {
  const agents = identities({ origins: '*' }).for(ALICE)
  const mark = Symbol.for('ntlmkit.authenticatingAgent')
  expect([mark in agents.http, mark in agents.https]).toEqual([true, true])
})
