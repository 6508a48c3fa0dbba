import axios from 'axios'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSlowServer } from '../../../test/slow-server.js'
import { ALICE, BOB, concurrently, startServer } from '../../../test/wire.js'
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

  it('close with what has begun, behind interceptors and redirects too, and all refuse afterwards', async () => {
    const server = await startServer({
      handler: (request, response) => {
        if (request.url === '/to') response.writeHead(302, { location: '/there' }).end()
        else response.end(request.ntlm?.username)
      },
    })
    const make = (wait?: Promise<void>) => () => {
      const instance = axios.create({ baseURL: server.origin })
      if (wait) instance.interceptors.request.use(async (config) => wait.then(() => ({ ...config })))
      return instance
    }
    for (const wait of [undefined, new Promise<void>((resolve) => setTimeout(resolve, 50))]) {
      const users = identities(make(wait), { max: 1 })
      const [alice, bob] = [users.for(ALICE), users.for(BOB)]
      const begun = [alice.get('/to'), bob.get('/to'), bob.get('/')]
      const closing = users.close()
      const later = { code: 'ERR_NTLM_CONFIG', message: 'The instance has been closed.' }
      await expect(alice.get('/')).rejects.toMatchObject(later)
      await expect(bob.get('/')).rejects.toMatchObject(later)
      const answers = await Promise.all(begun)
      expect(answers.map(({ data }) => data)).toEqual(['alice', 'bob', 'bob'])
      await closing
      await expect(alice.get('/')).rejects.toMatchObject(later)
      await expect(bob.request(answers[2]!.config)).rejects.toMatchObject(later)
    }
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('refuse afterwards also where a connection was lost meanwhile', async () => {
    const server = await startServer({ handler: ({ socket }) => void socket.resetAndDestroy() })
    const users = identities(() => axios.create({ baseURL: server.origin }), {})
    const alice = users.for(ALICE)
    const lost = alice.get('/').catch(({ code }) => code)
    await users.close().catch(() => {})
    expect(await lost).toBe('ERR_NTLM_CONNECTION_CLOSED')
    await expect(alice.get('/')).rejects.toMatchObject({ message: 'The instance has been closed.' })
  })

  it('must be made anew each time', () => {
    const one = axios.create({ baseURL: 'http://x' })
    const users = () => identities(() => one, {}).for(ALICE)
    expect(users).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining('already') }),
    )
  })

  it.each([axios.create(), undefined, {}])(
    'are made by a function that makes an instance: not %o',
    async (make) => {
      const { server } = await startSlowServer()
      expect(() => identities(make as never, { origins: server.origin })).toThrow(
        expect.objectContaining({
          code: 'ERR_NTLM_CONFIG',
          message: 'identities takes a function that makes an instance.',
        }),
      )
      expect(server.connections).toBe(0)
    },
  )

  it.each<[object, object, string]>([
    [{ baseURL: 'http://x' }, ALICE, 'The username option belongs to one user.'],
    [{}, {}, 'There is neither origins nor a baseURL.'],
  ])('are refused at once: %o, %o', (config, options, message) => {
    expect(() => identities(() => axios.create(config), options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }),
    )
  })
})
