import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNtlmServer, type NtlmServerOptions, ntlmAuth, type RequestRecord } from '@ntlmkit/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ntHashOf } from '../../packages/core/src/ntlm/response.js'
import { runServerCommand } from '../../packages/server/src/command-run.js'
import { nodeHttp } from '../clients/node-http.js'
import type { Reply } from '../clients/session.js'
import { Canary, Exposed, Search } from './canary.js'
import { handshakeSecrets } from './handshake-secrets.js'
import { Recorder } from './recorder.js'
import { PASSWORD, USERNAME } from './secret-account.js'
import { Sightings } from './sightings.js'

const ntHash = ntHashOf(PASSWORD)
const known = [Canary.ofText('password', PASSWORD), Canary.ofBytes('NT hash', ntHash)]
const ENDLESS = Number.POSITIVE_INFINITY

/** One request through a recorder. */
async function requestOf(port: number, password: string): Promise<{ reply: Reply; recorder: Recorder }> {
  const recorder = await new Recorder(port).listen()
  onTestFinished(() => recorder.close())
  const session = nodeHttp({ username: USERNAME, password, origins: recorder.origin })
  const reply = await session.call(recorder.origin, { method: 'POST', body: Buffer.from('some bytes') })
  await session.close()
  return { reply, recorder }
}

function searchFor(recorder: Recorder): Search {
  const secrets = recorder.conversations.map((each) => handshakeSecrets(each, ntHash))
  return new Search([...known, ...secrets.flatMap(({ keys, proofs }) => [...keys, ...proofs])])
}

describe('a server shows nothing secret', () => {
  it.each<[string, NtlmServerOptions['users']]>([
    ['a password', { [USERNAME]: PASSWORD }],
    ['a hash', { [USERNAME]: { ntHash } }],
    ['a function', async () => ({ password: PASSWORD })],
  ])('of an account with %s: itself, its log, its records, its requests', async (_kind, users) => {
    const sightings = new Sightings()
    const records: RequestRecord[] = []
    const server = createNtlmServer({
      users,
      onRequest: (record) => records.push(record),
      handler: (request, response) => {
        sightings.show('request.ntlm', request.ntlm, ENDLESS)
        response.end('done')
      },
    })
    await server.listen()
    onTestFinished(() => server.close())
    const { reply, recorder } = await requestOf(server.port, PASSWORD)
    expect(reply.status).toBe(200)
    await expect.poll(() => records).toHaveLength(2)
    sightings.show('the server', server)
    sightings.show('its log and its records', [server.log, records], ENDLESS)
    expect(searchFor(recorder).leaks(sightings.exposed)).toEqual([])
  })

  it('on its terminal, with --debug', async () => {
    const lines: string[] = []
    const output = { out: (line: string) => lines.push(line), error: (line: string) => lines.push(line) }
    const running = await runServerCommand(['--user', `${USERNAME}:${PASSWORD}`, '--debug'], output)
    onTestFinished(() => running?.close())
    const { port } = new URL(lines[0].replace('Listening on ', ''))
    const { reply, recorder } = await requestOf(Number(port), PASSWORD)
    expect(reply.status).toBe(200)
    await expect.poll(() => lines).toHaveLength(4)
    expect(searchFor(recorder).leaks([new Exposed('the terminal', lines.join('\n'))])).toEqual([])
  })
})

/** Whoever asks has proved nothing by then. */
describe('what a users function throws does not go to the client', () => {
  const users = () => Promise.reject(new Error(`vault: cannot read ${PASSWORD}`))
  const failed = { status: 500, text: expect.stringMatching(/^The users function failed\.\s*$/) }

  it('of a server', async () => {
    const server = await createNtlmServer({ users }).listen()
    onTestFinished(() => server.close())
    const { reply, recorder } = await requestOf(server.port, PASSWORD)
    expect(reply).toMatchObject(failed)
    const wire = recorder.conversations.map((each) => new Exposed('the wire', each))
    expect(new Search(known).leaks(wire)).toEqual([])
  })

  it('of the middleware, which hands it on as a cause', async () => {
    const auth = ntlmAuth({ users })
    const causes: unknown[] = []
    const server = createServer((request, response) => {
      auth(request, response, (error) => {
        causes.push((error as Error).cause)
        response.writeHead(500).end((error as Error).message)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { reply } = await requestOf((server.address() as AddressInfo).port, PASSWORD)
    expect(reply).toMatchObject(failed)
    expect(causes).toEqual([expect.objectContaining({ message: `vault: cannot read ${PASSWORD}` })])
  })
})
