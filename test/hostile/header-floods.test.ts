import { get } from 'node:http'
import { ntlmAgents } from '@ntlmkit/agent'
import { NtlmAgent } from '@ntlmkit/undici'
import { request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE } from '../wire.js'
import { answer, head, refusal } from './answers.js'
import type { Attack } from './attack.js'
import { expectBounds } from './bounds.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { byTransport, EVERY_LEG, FIRST } from './clients.js'
import { theirs } from './outcomes.js'
import { type Script, ScriptedServer } from './scripted-server.js'
import { describeAttacks } from './suite.js'
import { challengesThen, pour, says } from './writing.js'

const ANSWERED = `${FIRST}, GET AUTHENTICATE`
const answered = { outcome: { status: 200 }, requests: ANSWERED, kept: 1 }
const overflows = { outcome: theirs.headerOverflow, requests: EVERY_LEG }

/** So many fields of so many octets, beside what the fields of the answer are. */
const lines = (count: number, octets: number) =>
  Array.from({ length: count }, (_, i) => `X-${i}:${'y'.repeat(octets)}\r\n`).join('')
const ahead = (fields: string, bytes: string) => bytes.replace('\r\n', `\r\n${fields}`)
const behind = (fields: string, bytes: string) => bytes.replace(/\r\n$/, `${fields}\r\n`)

const TEN_THOUSAND = lines(10_000, 10)

const challenge = () => refusal(ntlmChallenge())
const wide = () => refusal(ntlmChallenge({ targetInfo: [{ id: 0x4711, value: Buffer.alloc(64_000) }] }))
/** Accepts whoever has answered. */
const challengesWith = (bytes: () => string): Script['answer'] =>
  says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(200) : bytes()))

const attacks: Attack[] = [
  {
    name: 'has 10,000 fields beside its challenge',
    script: challengesWith(() => behind(TEN_THOUSAND, challenge())),
    ...overflows,
  },
  {
    name: 'has 10,000 fields in its answer to the AUTHENTICATE',
    script: challengesThen(
      challenge,
      says(() => behind(TEN_THOUSAND, answer(200))),
    ),
    outcome: theirs.headerOverflow,
    requests: ANSWERED,
  },
  {
    name: 'has fields without end',
    script: ({ socket }) => {
      socket.write(head(401).slice(0, -2))
      pour(socket, Buffer.from(TEN_THOUSAND))
    },
    ...overflows,
  },
  {
    name: 'has a field of a megabyte',
    script: challengesWith(() => behind(lines(1, 1_000_000), challenge())),
    ...overflows,
  },
  {
    name: 'has a field name of a megabyte',
    script: challengesWith(() => behind(`${'X'.repeat(1_000_000)}: y\r\n`, challenge())),
    ...overflows,
  },
  {
    name: 'has 64 KB of target info',
    script: challengesWith(wide),
    ...overflows,
  },
  {
    name: 'has 900 fields, which is within every limit',
    script: challengesWith(() => ahead(lines(900, 0), challenge())),
    ...answered,
  },
  {
    name: 'has its challenge behind 2,100 fields, of which node:http reads 2,000',
    script: challengesWith(() => ahead('X:\r\n'.repeat(2100), challenge())),
    outcome: byTransport({ status: 200 }, { status: 401 }),
    requests: byTransport(ANSWERED, 'HEAD NEGOTIATE, GET NEGOTIATE, GET none'),
    kept: 1,
  },
]

describeAttacks(attacks)

/** Enough for each of the answers below. */
const maxHeaderSize = 512 * 1024

const raised: Record<string, (origin: string) => Promise<number>> = {
  'undici, client: { maxHeaderSize }': async (origins) => {
    const dispatcher = new NtlmAgent({ ...ALICE, origins, client: { maxHeaderSize } })
    onTestFinished(() => dispatcher.destroy())
    const { statusCode, body } = await request(origins, { dispatcher })
    await body.dump()
    return statusCode
  },
  'http.request({ maxHeaderSize })': (origins) => {
    const agents = ntlmAgents({ ...ALICE, origins })
    onTestFinished(() => agents.destroy())
    return new Promise((resolve, reject) => {
      const sent = get(origins, { agent: agents.http, maxHeaderSize }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      sent.on('error', reject)
    })
  },
}

describe.each(Object.entries(raised))('a client that allows longer heads, %s', (_client, call) => {
  it.each([
    ['10,000 fields', () => behind(TEN_THOUSAND, challenge())],
    ['a field of 200 KB', () => behind(lines(1, 200_000), challenge())],
    ['64 KB of target info', wide],
  ])('answers a challenge with %s', async (_what, bytes) => {
    const server = await ScriptedServer.start(challengesWith(bytes))
    onTestFinished(() => server.close())
    expect(await call(server.origin)).toBe(200)
    expect(server.requests.map(({ leg }) => leg)).toEqual(['NEGOTIATE', 'AUTHENTICATE'])
    expectBounds(server)
  })
})
