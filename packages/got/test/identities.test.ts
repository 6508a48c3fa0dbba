import got from 'got'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, startServer } from '../../../test/wire.js'
import { identities } from '../src/index.js'

const later = { code: 'ERR_NTLM_CONFIG', message: 'The instance has been closed.' }

describe('instances by user', () => {
  it('close with what has begun, retries and redirects too, and all refuse afterwards', async () => {
    let failures = 1
    const served: unknown[] = []
    const server = await startServer({
      handler: (request, response) => {
        served.push(request.url)
        if (request.url === '/to') response.writeHead(302, { location: '/there' })
        if (request.url === '/flaky' && failures-- > 0) response.statusCode = 503
        response.end(request.ntlm?.username)
      },
    })
    const retry = {
      limit: 1,
      calculateDelay: ({ computedValue }: { computedValue: number }) => computedValue && 20,
    }
    const users = identities(got.extend({ prefixUrl: server.origin, retry }), { max: 1 })
    const [alice, bob] = [users.for(ALICE), users.for(BOB)]
    const begun = [alice('to').text(), bob('flaky').text(), bob('').text()]
    const streamed = bob.stream('').toArray()
    const closing = users.close()
    await expect(alice('')).rejects.toMatchObject(later)
    await expect(bob('')).rejects.toMatchObject(later)
    expect(() => bob.stream('')).toThrow(expect.objectContaining(later))
    await closing
    expect(served.sort()).toEqual(['/', '/', '/flaky', '/flaky', '/there', '/to'])
    expect(await Promise.all(begun)).toEqual(['alice', 'bob', 'bob'])
    expect(Buffer.concat((await streamed) as Buffer[]).toString()).toBe('bob')
    await expect(alice('')).rejects.toMatchObject(later)
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('refuse afterwards also where a connection was lost meanwhile', async () => {
    const server = await startServer({ handler: ({ socket }) => void socket.resetAndDestroy() })
    const users = identities(got.extend({ prefixUrl: server.origin, retry: { limit: 0 } }), {})
    const alice = users.for(ALICE)
    const lost = alice('').catch(({ code }) => code)
    await users.close().catch(() => {})
    expect(await lost).toBe('ERR_NTLM_CONNECTION_CLOSED')
    await expect(alice('')).rejects.toMatchObject(later)
  })
})
