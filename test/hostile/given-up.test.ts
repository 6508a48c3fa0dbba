import { describe, expect, it, onTestFinished } from 'vitest'
import { head, refusal } from './answers.js'
import { launch } from './attack.js'
import { expectBounds, expectOpen } from './bounds.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { CLIENTS, firstLeg } from './clients.js'
import type { Exchange, Script } from './scripted-server.js'
import { goodServer, openSession, whoami } from './suite.js'
import { pour, trickles } from './writing.js'

/** What each client says of a signal. */
const ABORTED: Readonly<Record<string, unknown>> = {
  'undici request': 20,
  'undici fetch': 20,
  'the fetch of Node': 20,
  // The answer that has begun is aborted, and says so in its own way.
  'http.request': expect.stringMatching(/^(?:ABORT_ERR|ECONNRESET)$/),
  axios: 'ERR_CANCELED',
  got: 'ERR_ABORTED',
  'got stream': 'ERR_ABORTED',
}

/** What the request itself is answered with: its time is the client's, not that of the handshake. */
const endless: [what: string, script: Script['answer']][] = [
  ['says nothing', () => {}],
  ['trickles its status line', trickles('HTTP/1.1 200 ', 'O')],
  ['trickles field after field', trickles('HTTP/1.1 200 OK\r\n', 'X: y\r\n')],
  ['trickles its body', trickles(head(200, { 'Content-Length': '9999' }), 'x')],
  [
    'trickles a rejection',
    trickles(head(401, { 'WWW-Authenticate': 'NTLM', 'Content-Length': '9999' }), 'x'),
  ],
  ['sends interim answers without end', ({ socket }) => pour(socket, Buffer.from(head(103).repeat(100)))],
]

const good = goodServer()

describe.each(CLIENTS)('%s: the caller ends, in the middle of it, a server that', (client) => {
  it.each(endless)('%s to the AUTHENTICATE', async (_what, script) => {
    const controller = new AbortController()
    const answers = (exchange: Exchange) => {
      if (exchange.request.leg === 'NEGOTIATE') {
        exchange.socket.write(refusal(ntlmChallenge()))
        return
      }
      script(exchange)
      setTimeout(() => controller.abort(), 20)
    }
    const session = openSession(client)
    const call = () => ({ signal: controller.signal })
    const { server, outcome, requests } = await launch({ script: answers, call }, session)
    onTestFinished(() => server.close())
    expect(outcome).toEqual({ code: ABORTED[client], message: expect.any(String) })
    expect(requests).toBe(`${firstLeg(client)}, GET AUTHENTICATE`)
    expectBounds(server)
    await expectOpen(server, 0)
    expect(await whoami(session, good())).toBe('200 alice')
    void session.close()
  })
})
