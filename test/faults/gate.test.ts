import { describe, expect, it, onTestFinished } from 'vitest'
import { startFaultServer } from '../fault-server/index.js'
import { CLIENTS } from './clients.js'
import { accepts, codeOf } from './own-errors.js'
import { Gate, gatedBody } from './requests.js'
import { listenersOn, turns } from './run-case.js'

const ALICE = { username: 'LAB\\alice', password: 'Passw0rd!' }
const TIME = 300

/**
 * The first request holds the gate, at a server that has fallen silent behind its AUTHENTICATE; the second has its
 * CHALLENGE, and waits for the verdict (rules.md, Log-ons).
 */
async function oneUnderWay(open: (typeof CLIENTS)[number]['open']) {
  const silent = new Set<number>()
  const server = await startFaultServer({
    users: { [ALICE.username]: ALICE.password },
    plan: ({ leg, connection }) => {
      if (leg !== 'answer' || silent.size > 0) return undefined
      silent.add(connection)
      return { kind: 'silence' }
    },
  })
  onTestFinished(() => server.close())
  const session = open({ ...ALICE, origins: server.origin }, { idle: 10_000 })
  const holder = new AbortController()
  const held = server.reached('answer')
  const first = session.call(`${server.origin}/first`, { signal: holder.signal }).catch(codeOf)
  await held
  const secondWaits = server.reached('authenticate').then(() => turns(20))
  const sentOf = (path: string) =>
    server.log.filter(({ target }) => target === path).map(({ carried }) => carried)
  return { server, session, first, holder, secondWaits, sentOf }
}

describe.each(CLIENTS.map((client) => [client.name, client] as const))(
  '%s: a request that waits in the gate',
  (_name, client) => {
    it('ends with the error of the client when it is aborted, and its body is let go', async () => {
      const { server, session, first, holder, secondWaits, sentOf } = await oneUnderWay(client.open)
      const abort = new AbortController()
      const body = gatedBody(new Gate(), 'nowhere')
      const second = session
        .call(`${server.origin}/second`, { method: 'POST', body, signal: abort.signal })
        .then(
          (reply) => ({ reply }),
          (error: unknown) => ({ error }),
        )
      await secondWaits
      abort.abort()
      const end = await second
      expect(accepts(client, 'abort', end), JSON.stringify(end)).toBe(true)
      expect(sentOf('/second')).toEqual(['NEGOTIATE'])
      expect(listenersOn(abort.signal)).toBeLessThanOrEqual(client.listenersLeft)
      if (client.destroysBodies === 'always') expect(body.destroyed).toBe(true)
      holder.abort()
      await first
      expect((await session.call(`${server.origin}/third`)).status).toBe(200)
      await session.close()
    })

    it('is sent once the one that held it has given up', async () => {
      const { server, session, first, holder, secondWaits, sentOf } = await oneUnderWay(client.open)
      const second = session.call(`${server.origin}/second`)
      await secondWaits
      expect(sentOf('/second')).toEqual(['NEGOTIATE'])
      holder.abort()
      await first
      expect((await second).status).toBe(200)
      expect(sentOf('/second')).toEqual(['NEGOTIATE', 'AUTHENTICATE'])
      await session.close()
    })

    it('is sent after a while though nobody gives up', async () => {
      const { server, session, first, holder, sentOf } = await oneUnderWay(client.open)
      expect((await session.call(`${server.origin}/second`)).status).toBe(200)
      expect(sentOf('/first')).toEqual(['NEGOTIATE', 'AUTHENTICATE'])
      holder.abort()
      await first
      await session.close()
    })
  },
)

/** undici's own timeouts begin once a request is on a connection: in the gate only an abort ends it, or its turn. */
const TIMED = CLIENTS.filter(({ name }) => name !== 'undici request')

describe.each(TIMED.map((client) => [client.name, client] as const))(
  '%s: a request that waits in the gate',
  (_name, client) => {
    it('ends with the error of the client when its time is over, and is never authenticated', async () => {
      const { server, session, first, holder, sentOf } = await oneUnderWay(client.open)
      const end = await session.call(`${server.origin}/second`, { timeout: TIME }).then(
        (reply) => ({ reply }),
        (error: unknown) => ({ error }),
      )
      expect('error' in end && codeOf(end.error)).toMatch(/TIMEOUT|TimeoutError|ETIMEDOUT|ECONNABORTED/)
      holder.abort()
      await first
      expect(sentOf('/second')).not.toContain('AUTHENTICATE')
      expect((await session.call(`${server.origin}/third`)).status).toBe(200)
      await session.close()
    })
  },
)
