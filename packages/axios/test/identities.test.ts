import axios from 'axios'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSlowServer } from '../../../test/slow-server.js'
import { ALICE, BOB, concurrently } from '../../../test/wire.js'
import { identities } from '../src/index.js'

describe('instances by user', () => {
  it('ask as their user, interleaved, and each of them stays one', async () => {
    const { server } = await startSlowServer()
    const users = identities(() => axios.create({ baseURL: server.origin }), {})
    onTestFinished(() => users.close())
    const answers = await concurrently(
      4,
      20,
      async (i) => (await users.for(i % 3 ? ALICE : BOB).get('/')).data,
    )
    expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => (i % 3 ? 'alice' : 'bob')))
    expect(users.for(ALICE)).toBe(users.for({ ...ALICE }))
    expect(users.size).toBe(2)
  })

  it('are let go when others come: what is under way finishes, and no connection stays', async () => {
    const { server, finish, slowSeen } = await startSlowServer()
    const users = identities(() => axios.create({ baseURL: server.origin }), { max: 1 })
    onTestFinished(() => users.close())
    const alice = users.for(ALICE)
    const slow = alice.get('/slow')
    await slowSeen()
    expect((await users.for(BOB).get('/')).data).toBe('bob')
    finish()
    expect((await slow).data).toBe('alice')
    expect((await alice.get('/')).data).toBe('alice')
    await expect.poll(() => server.openConnections).toBe(1)
  })

  it('close together when all is finished, and take nothing afterwards', async () => {
    const { server, finish, slowSeen } = await startSlowServer()
    const users = identities(() => axios.create({ baseURL: server.origin }), {})
    const alice = users.for(ALICE)
    const slow = alice.get('/slow')
    await slowSeen()
    const closed = users.close()
    finish()
    expect((await slow).data).toBe('alice')
    await closed
    await expect(alice.get('/')).rejects.toMatchObject({ message: 'The instance has been closed.' })
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('must be made anew each time', () => {
    const one = axios.create({ baseURL: 'http://x' })
    const users = () => identities(() => one, {}).for(ALICE)
    expect(users).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining('already') }),
    )
  })

  it.each<[object, object, string]>([
    [{ baseURL: 'http://x' }, ALICE, 'The username option belongs to one user.'],
    [{}, {}, 'There is neither origins nor a baseURL.'],
  ])('are refused at once: %o, %o', (config, options, message) => {
    expect(() => identities(() => axios.create(config), options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }),
    )
  })
})
