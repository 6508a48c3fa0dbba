import { describe, expect, it, onTestFinished } from 'vitest'
import { sessions, streamOf } from '../clients/index.js'
import { type Fault, type FaultServerOptions, type Leg, startFaultServer } from '../fault-server/index.js'
import { CLIENTS } from './clients.js'

const ALICE = { username: 'LAB\\alice', password: 'Passw0rd!' }
const users = { [ALICE.username]: ALICE.password }

async function start(options: Partial<FaultServerOptions> = {}) {
  const server = await startFaultServer({ users, ...options })
  onTestFinished(() => server.close())
  return server
}

const undici = new Set(CLIENTS.filter(({ transport }) => transport === 'undici').map(({ name }) => name))

/** The fault at that leg of the first connection only. */
const onceAt = (leg: Leg, fault: Fault) => ({
  plan: (moment: { leg: Leg; connection: number }) =>
    moment.leg === leg && moment.connection === 1 ? fault : undefined,
})

describe.each(Object.entries(sessions))('the fault server, asked by %s', (name, open) => {
  it.each([
    ['http', false],
    ['https', true],
  ])(
    'authenticates a connection over %s, and serves it without a token from then on',
    async (_scheme, tls) => {
      const server = await start({ tls })
      const session = open({ ...ALICE, origins: server.origin, ca: server.ca }, { idle: 200 })
      const body = Buffer.alloc(100_000, 'x')
      // A transport whose answers can be taken back needs no HEAD (rules.md, The first leg).
      const first = undici.has(name) ? 'GET' : 'HEAD'
      expect(await session.call(`${server.origin}/a`)).toMatchObject({ status: 200, json: { user: 'alice' } })
      const sent = await session.call(`${server.origin}/b?case=7`, { method: 'POST', body: streamOf(body) })
      expect(sent).toMatchObject({ status: 200, json: { bodyBytes: body.length } })
      expect(server.log.map(({ method, carried, status }) => `${method} ${carried} ${status}`)).toEqual([
        `${first} NEGOTIATE 401`,
        'GET AUTHENTICATE 200',
        'POST none 200',
      ])
      expect(server.log[2]).toMatchObject({ caseId: '7', user: 'alice', complete: true, delivered: true })
      expect(server.connections).toBe(1)
      await session.close()
      await server.allClosed()
    },
  )
})

describe('the fault server', () => {
  it('tells when it stands at a leg', async () => {
    const server = await start()
    const session = sessions['undici request']({ ...ALICE, origins: server.origin })
    const moments = (
      ['accept', 'connect', 'negotiate', 'challenge', 'authenticate', 'answer', 'response', 'idle'] as const
    ).map((leg) => server.reached(leg))
    await session.call(server.origin)
    expect((await Promise.all(moments)).map(({ leg, served, user }) => `${leg} ${served} ${user}`)).toEqual([
      'accept 0 undefined',
      'connect 0 undefined',
      'negotiate 0 undefined',
      'challenge 0 undefined',
      'authenticate 1 undefined',
      'answer 1 alice',
      'response 1 alice',
      'idle 2 alice',
    ])
    await session.close()
  })

  it('brings its other certificate where the plan says so, and both are trusted', async () => {
    const server = await start({ tls: true, ...onceAt('accept', { kind: 'other-certificate' }) })
    const identity = { ...ALICE, origins: server.origin, ca: server.ca }
    for (const _certificate of ['other', 'own']) {
      const session = sessions['http.request'](identity)
      expect(await session.call(server.origin)).toMatchObject({ status: 200 })
      await session.close()
      await server.allClosed()
    }
  })
})
