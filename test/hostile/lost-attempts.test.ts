import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { refusal } from './answers.js'
import { attempts, expectOpen } from './bounds.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { CLIENTS } from './clients.js'
import { outcomeOf } from './outcomes.js'
import { ScriptedServer } from './scripted-server.js'
import { openSession } from './suite.js'

const REQUESTS = 40

/** Any of them may be the end of an account that is about to be locked: nobody can tell. */
const endings: [how: string, end: (socket: Socket) => void][] = [
  ['closes', (socket) => void socket.end()],
  ['resets', (socket) => void socket.resetAndDestroy()],
]

describe.each(endings)('a new origin that %s every connection on its AUTHENTICATE', (_how, end) => {
  it.each(CLIENTS)('gets two of them, however many requests wait: %s', async (client) => {
    const server = await ScriptedServer.start(({ request, socket }) => {
      if (request.leg === 'AUTHENTICATE') end(socket)
      else socket.write(refusal(ntlmChallenge()))
    })
    onTestFinished(() => server.close())
    const session = openSession(client)
    const codes = await Promise.all(
      Array.from({ length: REQUESTS }, () =>
        session.call(`${server.origin}/`).then(
          ({ status }) => status,
          (error) => (outcomeOf(error, server.origin) as { code: unknown }).code,
        ),
      ),
    )
    // Whoever made the second attempt is told of it; the others need a log-on, and are refused unsent.
    expect(new Set(codes)).toEqual(new Set(['ERR_NTLM_CONNECTION_CLOSED', 'ERR_NTLM_REJECTED']))
    expect(codes.filter((code) => code === 'ERR_NTLM_CONNECTION_CLOSED').length).toBeLessThanOrEqual(2)
    expect(attempts(server)).toBe(2)
    await expectOpen(server, 0)
    void session.close()
  })
})
