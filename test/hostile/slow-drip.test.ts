import { Readable } from 'node:stream'
import { beforeAll, describe, expect, it } from 'vitest'
import { answer, head, refusal } from './answers.js'
import { type Attack, expectedOf, launch, type Report, requestsOf } from './attack.js'
import { expectBounds, expectOpen } from './bounds.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { byTransport, byUpload, CLIENTS, EVERY_LEG, FIRST, plainUpload } from './clients.js'
import { ours } from './outcomes.js'
import type { Script } from './scripted-server.js'
import { openSession } from './suite.js'
import { headThen, says, trickles } from './writing.js'

/** Milliseconds, of which one attempt is enough unless the machine is busy: a HEAD has only a third of them. */
const TIMEOUTS = [1000, 4000, 12_000]

const uploads = () => ({ method: 'POST', body: Readable.from([Buffer.alloc(1000)]) })
/** It can go again: what HEAD does not tell, its own 401 does. */
const short = () => ({ method: 'POST', body: Buffer.alloc(1000) })
const HEAD = 'HEAD NEGOTIATE'
const noHead = says(() => answer(405))
/** Refuses what goes without a token in short. */
const asksThen =
  (then: Script['answer']): Script['answer'] =>
  (exchange) =>
    exchange.request.leg === 'none' ? says(() => refusal('NTLM'))(exchange) : then(exchange)
const challenge = () => ({ 'WWW-Authenticate': ntlmChallenge() })

const STATUS_LINE = trickles('HTTP/1.1 401 ', 'U')
const FIELD_NAME = trickles('HTTP/1.1 401 Unauthorized\r\n', 'X')
const FIELD_VALUE = trickles('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM ', 'A')
const FIELDS = trickles('HTTP/1.1 401 Unauthorized\r\n', 'X: y\r\n')
const BODY = trickles(head(401, { ...challenge(), 'Content-Length': '9999' }), 'x')
const CHUNKS = trickles(head(401, { ...challenge(), 'Transfer-Encoding': 'chunked' }), '1\r\nx\r\n')
const INTERIM = trickles('', head(103))
const flood = (status: number) => trickles('', [head(status).repeat(50)])
const SILENCE: Script['answer'] = () => {}

interface Drip extends Omit<Attack, 'outcome'> {
  /** Whether the client has a reason of its own to give the connection up. Default: `'in time'`. */
  ends?: (client: string) => 'at once' | 'in time'
}

const first: Drip[] = [
  { name: 'says nothing', script: SILENCE, requests: EVERY_LEG },
  { name: 'trickles its status line', script: STATUS_LINE, requests: EVERY_LEG },
  { name: 'trickles a field name', script: FIELD_NAME, requests: EVERY_LEG },
  { name: 'trickles its challenge', script: FIELD_VALUE, requests: EVERY_LEG },
  { name: 'trickles field after field', script: FIELDS, requests: EVERY_LEG },
  { name: 'trickles interim answers', script: INTERIM, requests: EVERY_LEG },
  { name: 'sends interim answers 102 in floods', script: flood(102), requests: EVERY_LEG },
  { name: 'sends interim answers 103 in floods', script: flood(103), requests: EVERY_LEG },
  {
    name: 'sends 100 Continue in floods, which undici knows it has not asked for',
    script: flood(100),
    requests: byTransport(`${FIRST}, ${FIRST}, ${FIRST}`, `${HEAD}, GET NEGOTIATE`),
    ends: byTransport<'at once' | 'in time'>('at once', 'in time'),
  },
]

const second: Drip[] = (
  [
    ['says nothing to', SILENCE],
    ['trickles its status line to', STATUS_LINE],
    ['trickles field after field to', FIELDS],
    ['trickles interim answers to', INTERIM],
    ['trickles the body of its challenge to', BODY],
    ['trickles chunks behind its challenge to', CHUNKS],
  ] as const
).flatMap(([what, script]) => [
  {
    name: `${what} a leg behind a HEAD that says nothing`,
    script: headThen(noHead, asksThen(script)),
    call: uploads,
    requests: byUpload(`${HEAD}, GET NEGOTIATE`, `${HEAD}, POST none, POST NEGOTIATE`),
  },
])

const others: Drip[] = [
  {
    name: 'says nothing to the NEGOTIATE that it asked for again',
    script: (exchange) => (exchange.nth === 1 ? says(() => refusal('NTLM'))(exchange) : undefined),
    requests: byTransport(`${FIRST}, ${FIRST}`, `${HEAD}, ${HEAD}, GET NEGOTIATE`),
  },
  {
    name: 'trickles the body of a 401 to a request that goes again',
    script: headThen(noHead, BODY),
    call: short,
    requests: plainUpload(HEAD),
  },
]

const drips = [...first, ...second, ...others]

/** With the shortest time in which the server has seen all that it can: a busy machine may need more of it. */
async function launchDrip(attack: Drip, client: string): Promise<Report & { handshakeTimeout: number }> {
  const expected = requestsOf(attack, client)
  for (const handshakeTimeout of TIMEOUTS) {
    const session = openSession(client, { handshakeTimeout })
    const report = await launch(attack, session)
    void session.close()
    const isLast = handshakeTimeout === TIMEOUTS.at(-1)
    if (isLast || report.requests === expected) return { ...report, handshakeTimeout }
    await report.server.close()
  }
  throw new Error('There are no timeouts.')
}

describe('the handshake timeout ends', () => {
  const launched = new Map<string, ReturnType<typeof launchDrip>>()
  const all = CLIENTS.flatMap((client) => drips.map((attack) => [client, attack.name, attack] as const))
  // All at once: each would have to be waited for.
  beforeAll(() => {
    for (const [client, name, attack] of all) launched.set(client + name, launchDrip(attack, client))
  })

  it.each(all)('for %s a server that %s', async (client, name, attack) => {
    const { server, handshakeTimeout, outcome, requests } = await launched.get(client + name)!
    try {
      const isLost = attack.ends?.(client) === 'at once'
      const given = isLost ? ours.closed : ours.timedOut(handshakeTimeout)
      const expected = expectedOf({ ...attack, outcome: given }, client)
      expect({ outcome, requests }).toEqual(expected)
      expectBounds(server)
      await expectOpen(server, 0)
    } finally {
      await server.close()
    }
  })
})
