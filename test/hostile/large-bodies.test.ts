import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answer, head, refusal } from './answers.js'
import { type Attack, expectedOf, launch } from './attack.js'
import { expectBounds, expectOpen } from './bounds.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { ClientSockets } from './client-sockets.js'
import { byUpload, CLIENTS, EVERY_LEG, plainUpload } from './clients.js'
import { ours } from './outcomes.js'
import type { Exchange, Script } from './scripted-server.js'
import { goodServer, openSession, whoami } from './suite.js'
import { headThen, pour, says } from './writing.js'

const GIGABYTE = 1024 ** 3
const CHUNK = Buffer.alloc(65_536, 'x')

/** What a leg's answer may have for a body, and what comes with the last read: heads, and the end of a chunk. */
const MOST_READ = 1024 * 1024 + 256 * 1024
/** What waits in the system's buffers at both ends is no memory of ours; a gigabyte would be more. */
const MOST_SENT = 32 * 1024 * 1024

/** How the end of a body is told: each has its own way through a parser. */
const KINDS: Record<string, (socket: Exchange['socket'], status: number, fields: object) => void> = {
  'a gigabyte of Content-Length': (socket, status, fields) => {
    socket.write(head(status, { ...fields, 'Content-Length': String(GIGABYTE) }))
    pour(socket, CHUNK)
  },
  'chunks without end': (socket, status, fields) => {
    socket.write(head(status, { ...fields, 'Transfer-Encoding': 'chunked' }))
    pour(socket, Buffer.concat([Buffer.from('10000\r\n'), CHUNK, Buffer.from('\r\n')]))
  },
  'a body until the connection closes': (socket, status, fields) => {
    socket.write(head(status, fields as Record<string, string>))
    pour(socket, CHUNK)
  },
}

const uploads = () => ({ method: 'POST', body: Readable.from([Buffer.alloc(1000)]) })
/** More than any client keeps to send it once more. */
const long = () => ({ method: 'POST', body: Readable.from(Array.from({ length: 16 }, () => CHUNK)) })
/** It can go again: what HEAD does not tell, its own 401 does. */
const short = () => ({ method: 'POST', body: Buffer.alloc(1000) })
const HEAD = 'HEAD NEGOTIATE'
const noHead = says(() => answer(405))

const attacksWith = (write: (typeof KINDS)[string]): Attack[] => {
  const refuses: Script['answer'] = ({ socket }) =>
    write(socket, 401, { 'WWW-Authenticate': ntlmChallenge() })
  /** Refuses what goes without a token in short, and answers the leg with all it has. */
  const asksThen = (then: Script['answer']) =>
    headThen(noHead, (exchange) =>
      exchange.request.leg === 'none' ? says(() => refusal('NTLM'))(exchange) : then(exchange),
    )
  return [
    {
      name: 'behind its challenge to a HEAD, which has no body, and to the GET in its place',
      script: refuses,
      outcome: ours.tooLarge,
      requests: EVERY_LEG,
    },
    {
      name: 'behind its challenge to a leg behind a HEAD that says nothing',
      script: asksThen(refuses),
      call: uploads,
      outcome: ours.tooLarge,
      requests: byUpload(`${HEAD}, GET NEGOTIATE`, `${HEAD}, POST none, POST NEGOTIATE`),
    },
    {
      name: 'behind an error in answer to a leg: that leg says nothing, and its body is not read',
      script: asksThen(({ socket }) => write(socket, 500, {})),
      call: long,
      outcome: { status: 401 },
      requests: `${HEAD}, GET NEGOTIATE, POST none`,
    },
    {
      name: 'behind its 401 to a request that goes again',
      script: headThen(noHead, refuses),
      call: short,
      outcome: ours.tooLarge,
      requests: plainUpload(HEAD),
    },
  ]
}

const good = goodServer()

describe.each(CLIENTS)('%s', (client) => {
  describe.each(Object.entries(KINDS))('cuts off a server that has %s', (_kind, write) => {
    it.each(attacksWith(write).map((attack) => [attack.name, attack] as const))(
      '%s',
      async (_name, attack) => {
        const sockets = ClientSockets.watch()
        const session = openSession(client)
        const { server, ...report } = await launch(attack, session)
        onTestFinished(() => server.close())
        expect(report).toMatchObject(expectedOf(attack, client))
        expectBounds(server)
        await expectOpen(server, 0)
        expect(sockets.bytesRead).toBeLessThan(MOST_READ)
        expect(server.bytesSent).toBeLessThan(MOST_SENT)
        expect(await whoami(session, good())).toBe('200 alice')
        void session.close()
      },
    )
  })
})
