import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answer, head } from './answers.js'
import { type Attack, expectedOf, launch } from './attack.js'
import { expectBounds, expectOpen } from './bounds.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { ClientSockets } from './client-sockets.js'
import { byKind, CLIENTS } from './clients.js'
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
const HEAD = 'HEAD NEGOTIATE'
const noHead = says(() => answer(405))

const attacksWith = (write: (typeof KINDS)[string]): Attack[] => {
  const refuses: Script['answer'] = ({ socket }) =>
    write(socket, 401, { 'WWW-Authenticate': ntlmChallenge() })
  return [
    {
      name: 'behind its challenge to a HEAD, which has no body',
      script: refuses,
      outcome: ours.closed,
      requests: `${HEAD}, ${HEAD}, ${HEAD}`,
    },
    {
      name: 'behind its challenge to a leg with the method itself',
      script: headThen(noHead, refuses),
      call: uploads,
      outcome: ours.tooLarge,
      requests: `${HEAD}, POST NEGOTIATE`,
    },
    {
      name: 'behind an error in answer to a leg with the method itself',
      script: headThen(noHead, ({ socket }) => write(socket, 500, {})),
      call: uploads,
      outcome: ours.tooLarge,
      requests: `${HEAD}, POST NEGOTIATE`,
    },
    {
      name: 'behind its 401 to a request that goes again',
      script: headThen(noHead, refuses),
      outcome: ours.tooLarge,
      requests: byKind({
        undici: `${HEAD}, GET none`,
        replaying: `${HEAD}, GET none, GET NEGOTIATE`,
        bare: `${HEAD}, GET NEGOTIATE`,
      }),
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
