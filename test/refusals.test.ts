import type { NtlmServer, NtlmServerOptions } from '@ntlmkit/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Identity, type Pool, type Session, sessions } from './clients/index.js'
import { ALICE, concurrently, startServer, tally } from './wire.js'

/** A 401 in spite of an authenticated connection, as IIS says that an account lacks a right. */
const withForbidden: Partial<NtlmServerOptions> = {
  handler: (request, response) => {
    request.resume()
    request.on('end', () => {
      const isForbidden = request.url!.startsWith('/forbidden')
      if (isForbidden) response.writeHead(401, { 'www-authenticate': ['NTLM', 'Negotiate'] })
      response.end(JSON.stringify({ user: request.ntlm?.username }))
    })
  },
}

const authenticates = ({ log }: NtlmServer) => log.filter(({ leg }) => leg === 'authenticate')
const outcome = (sent: Promise<{ status: number }>) =>
  sent.then(
    ({ status }) => status,
    (error: { code?: string; cause?: { code?: string } }) => error.cause?.code ?? error.code,
  )

describe.each(Object.entries(sessions))('%s', (_name, open) => {
  function sessionFor(server: NtlmServer, identity: Partial<Identity> = {}, pool: Pool = {}): Session {
    const session = open({ ...ALICE, origins: server.origin, ...identity } as Identity, pool)
    onTestFinished(() => session.close())
    return session
  }

  it.each([undefined, 2])(
    'a wrong password costs one AUTHENTICATE with 100 requests waiting on a new origin (connections: %s)',
    async (connections) => {
      const server = await startServer()
      const session = sessionFor(server, { password: 'wrong' }, { connections })
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, i) => outcome(session.call(`${server.origin}/?${i}`))),
      )
      expect(tally(outcomes)).toEqual({ 401: 1, ERR_NTLM_REJECTED: 99 })
      expect(authenticates(server)).toHaveLength(1)
      // Each may have begun before the verdict, and none has gone further.
      expect(server.log.length).toBeLessThanOrEqual(101)
    },
  )

  it.each([undefined, 2])(
    'a forbidden resource neither blocks nor re-authenticates the others (connections: %s)',
    async (connections) => {
      const server = await startServer(withForbidden)
      const session = sessionFor(server, {}, { connections })
      const url = (path: string) => server.origin + path
      await concurrently(3, 3, (i) => session.call(url(`/?warm${i}`)))
      const outcomes = await concurrently(10, 30, (i) =>
        outcome(session.call(url(i % 6 === 0 ? `/forbidden?${i}` : `/?${i}`))),
      )
      const expected = outcomes.map((_, i) => (i % 6 === 0 ? 401 : 200))
      expect(outcomes).toEqual(expected)
      const reauthenticated = server.log.filter(
        ({ leg }, i) => leg === 'negotiate' && server.log.slice(0, i).some(isAdmittedOn(server, i)),
      )
      const onForbidden = reauthenticated.filter(({ path }) => path.startsWith('/forbidden'))
      expect(reauthenticated).toEqual(onForbidden)
      expect(server.log.filter(({ violation }) => violation)).toEqual([])
    },
  )

  it('after a forbidden resource an authenticated connection serves without a token as before', async () => {
    const server = await startServer(withForbidden)
    const session = sessionFor(server)
    const statuses = []
    for (const path of ['/', '/forbidden', '/a', '/b', '/c', '/forbidden', '/d', '/e', '/f']) {
      statuses.push((await session.call(server.origin + path)).status)
    }
    expect(statuses).toEqual([200, 401, 200, 200, 200, 401, 200, 200, 200])
    const tail = server.log.slice(-2).map(({ leg, path }) => `${leg} ${path}`)
    expect(tail).toEqual(['none /e', 'none /f'])
  })

  it('a password that is no longer right costs two attempts at most, with 50 requests waiting', async () => {
    let password = ALICE.password
    const account = ({ user }: { user: string }) =>
      user.toLowerCase() === 'alice' ? { password } : undefined
    const closing: NtlmServerOptions['handler'] = (_request, response) =>
      void response.writeHead(200, { connection: 'close' }).end()
    const server = await startServer({ users: account, handler: closing })
    const session = sessionFor(server, {}, { connections: 1 })
    expect((await session.call(server.url)).status).toBe(200)
    password = 'changed'
    server.clear()
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => outcome(session.call(`${server.origin}/?${i}`))),
    )
    expect(tally(outcomes)).toEqual({ 401: 1, ERR_NTLM_REJECTED: 49 })
    expect(authenticates(server).length).toBeLessThanOrEqual(2)
  })

  it('a password function is asked again after a rejection', async () => {
    const server = await startServer()
    const passwords = ['yesterday’s', ALICE.password]
    const asked: string[] = []
    const password = async () => {
      asked.push(passwords[0])
      return passwords.shift() ?? ''
    }
    const session = sessionFor(server, { password })
    expect(await outcome(session.call(server.url))).toBe(401)
    expect(await outcome(session.call(server.url))).toBe(200)
    expect(asked).toEqual(['yesterday’s', ALICE.password])
    expect(authenticates(server).map(({ status }) => status)).toEqual([401, 200])
  })
})

/** Whether a record is of a request that was admitted on the connection of another one. */
function isAdmittedOn({ log }: NtlmServer, index: number) {
  const { connection } = log[index]
  return (record: NtlmServer['log'][number]) => record.connection === connection && record.user !== undefined
}
