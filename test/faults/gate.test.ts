import { describe, expect, it, onTestFinished } from 'vitest'
import { startFaultServer } from '../fault-server/index.js'
import { CLIENTS } from './clients.js'
import { accepts, codeOf } from './own-errors.js'
import { Gate, gatedBody } from './requests.js'
import { listenersOn, turns } from './run-case.js'

const ALICE = { username: 'LAB\\alice', password: 'Passw0rd!' }
const TIME = 300

/**
 * The first request to a new origin holds the gate, at a server that has fallen silent behind its NEGOTIATE; the second
 * waits there (rule 6).
 */
async function twoRequests(open: (typeof CLIENTS)[number]['open']) {
  const silent = new Set<number>()
  const server = await startFaultServer({
    users: { [ALICE.username]: ALICE.password },
    plan: ({ leg, connection }) => {
      if (leg !== 'negotiate' || silent.size > 0) return undefined
      silent.add(connection)
      return { kind: 'silence' }
    },
  })
  onTestFinished(() => server.close())
  const session = open({ ...ALICE, origins: server.origin }, { idle: 10_000 })
  const holder = new AbortController()
  const held = server.reached('negotiate')
  const first = session.call(`${server.origin}/first`, { signal: holder.signal }).catch(codeOf)
  await held
  return { server, session, first, holder }
}

describe.each(CLIENTS.map((client) => [client.name, client] as const))(
  '%s: a request that waits in the gate',
  (_name, client) => {
    it('ends with the error of the client when it is aborted, and its body is let go', async () => {
      const { server, session, first, holder } = await twoRequests(client.open)
      const abort = new AbortController()
      const body = gatedBody(new Gate(), 'nowhere')
      const second = session
        .call(`${server.origin}/second`, { method: 'POST', body, signal: abort.signal })
        .then(
          (reply) => ({ reply }),
          (error: unknown) => ({ error }),
        )
      await turns(20)
      abort.abort()
      const end = await second
      expect(accepts(client, 'abort', end), JSON.stringify(end)).toBe(true)
      expect(server.log.map(({ target }) => target)).toEqual(['/first'])
      expect(listenersOn(abort.signal)).toBe(0)
      if (client.destroysBodies === 'always') expect(body.destroyed).toBe(true)
      holder.abort()
      await first
      expect((await session.call(`${server.origin}/third`)).status).toBe(200)
      await session.close()
    })

    it('is sent once the one that held it has given up', async () => {
      const { server, session, first, holder } = await twoRequests(client.open)
      const second = session.call(`${server.origin}/second`)
      holder.abort()
      await first
      expect((await second).status).toBe(200)
      expect(server.log.filter(({ target, delivered }) => target === '/second' && delivered)).toHaveLength(1)
      await session.close()
    })
  },
)

/** undici's own timeouts begin once a request is on a connection: in the gate only an abort ends it, or its turn. */
const TIMED = CLIENTS.filter(({ name }) => name !== 'undici request')

describe.each(TIMED.map((client) => [client.name, client] as const))(
  '%s: a request that waits in the gate',
  (_name, client) => {
    it('ends with the error of the client when its time is over, and is never sent', async () => {
      const { server, session, first, holder } = await twoRequests(client.open)
      const end = await session.call(`${server.origin}/second`, { timeout: TIME }).then(
        (reply) => ({ reply }),
        (error: unknown) => ({ error }),
      )
      expect('error' in end && codeOf(end.error)).toMatch(/TIMEOUT|TimeoutError|ETIMEDOUT|ECONNABORTED/)
      holder.abort()
      await first
      expect(server.log.map(({ target }) => target)).not.toContain('/second')
      expect((await session.call(`${server.origin}/third`)).status).toBe(200)
      await session.close()
    })
  },
)
