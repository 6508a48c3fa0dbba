import { describe, expect, it, onTestFinished } from 'vitest'
import { answer, head, refusal } from './answers.js'
import { inShort } from './attack.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { ClientSockets } from './client-sockets.js'
import { byTransport, CLIENTS } from './clients.js'
import { type Exchange, type Script, ScriptedServer } from './scripted-server.js'
import { openSession } from './suite.js'

const INJECTED = `${head(200, { 'Content-Length': '8', 'X-Path': '/injected' })}INJECTED`

/** Says in each answer what was asked. */
async function startEcho(behindAnswers: string) {
  const sockets: Exchange['socket'][] = []
  const server = await ScriptedServer.start(({ request, socket }) => {
    sockets.push(socket)
    const isLeg = request.leg === 'NEGOTIATE'
    const bytes = isLeg ? refusal(ntlmChallenge()) : answer(200, { 'X-Path': request.path })
    socket.write(isLeg ? bytes : bytes + behindAnswers)
  })
  onTestFinished(() => server.close())
  return { server, sockets }
}

describe.each(CLIENTS)(
  '%s: an answer that nobody asked for is never the answer to the next request',
  (client) => {
    it('where it comes together with the one before', async () => {
      const { server } = await startEcho(INJECTED)
      const session = openSession(client)
      for (const path of ['/first', '/second', '/third']) {
        const reply = await session.call(server.origin + path)
        expect(reply).toMatchObject({ status: 200, text: '', headers: { 'x-path': path } })
      }
      expect(server.connections).toBe(3)
      void session.close()
    })

    it('where it comes to a connection that is free', async () => {
      const { server, sockets } = await startEcho('')
      const seen = ClientSockets.watch()
      const session = openSession(client)
      await session.call(`${server.origin}/first`)
      const before = seen.bytesRead
      sockets[0].write(INJECTED)
      await expect.poll(() => seen.bytesRead, { interval: 2 }).toBe(before + INJECTED.length)
      for (const path of ['/second', '/third']) {
        const reply = await session.call(server.origin + path)
        expect(reply).toMatchObject({ status: 200, text: '', headers: { 'x-path': path } })
      }
      void session.close()
    })
  },
)

/** The answer with a body is none to a HEAD, and lets pass what it seems to answer then. */
const legs = byTransport(['GET NEGOTIATE'], ['HEAD NEGOTIATE', 'GET NEGOTIATE', 'GET none'])

describe('a server that answers before it is asked may say what it likes', () => {
  it.each(CLIENTS)('and is shown no password for it: %s', async (client) => {
    const connected = (socket: Exchange['socket']) => void socket.write(INJECTED)
    const passes: Script['answer'] = ({ request, socket }) => {
      if (request.leg === 'none') socket.write(answer(200))
    }
    const server = await ScriptedServer.start({ connected, answer: passes })
    onTestFinished(() => server.close())
    const session = openSession(client)
    expect((await session.call(`${server.origin}/`)).status).toBe(200)
    // It may be read after it was answered.
    await expect.poll(() => server.requests.map(inShort)).toEqual(legs(client))
    void session.close()
  })
})
