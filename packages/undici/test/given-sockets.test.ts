import { createServer } from 'node:http'
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net'
import type { NtlmServer } from '@ntlmkit/server'
import { type buildConnector, request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE, BOB, startServer } from '../../../test/wire.js'
import { identities, NtlmAgent } from '../src/index.js'

const REFUSED = 'The connect option cannot give connections that NTLM authenticates:'

/** Gives one socket for as long as that is open. */
function sharedConnector(): buildConnector.connector {
  let socket: Socket | undefined
  return ({ port, hostname }, callback) => {
    if (socket !== undefined && !socket.destroyed) {
      callback(null, socket)
      return
    }
    const opened = connectTcp(Number(port), hostname, () => callback(null, opened))
    socket = opened
  }
}

async function ask(server: NtlmServer, dispatcher: NtlmAgent, headers = {}): Promise<string> {
  const { statusCode, body } = await request(server.url, { dispatcher, headers })
  const { user } = (await body.json().catch(() => ({}))) as { user?: string }
  return user ?? String(statusCode)
}

const again = { code: 'ERR_NTLM_CONFIG', message: `${REFUSED} it gave the same one before.` }

describe('a socket that was given before', () => {
  it('never serves another identity, and goes on serving its own', async () => {
    const server = await startServer()
    const users = identities({ origins: server.origin, connect: sharedConnector() })
    onTestFinished(() => users.close())
    expect(await ask(server, users.for(ALICE))).toBe('alice')
    for (let i = 0; i < 3; i++) await expect(ask(server, users.for(BOB))).rejects.toMatchObject(again)
    expect(await ask(server, users.for(ALICE))).toBe('alice')
    expect(server.connections).toBe(1)
    expect(server.log.map(({ user }) => user).filter(Boolean)).toEqual(['alice', 'alice'])
  })

  it.each<[string, object, object]>([
    ['that brings its own Authorization, where NTLM had it', {}, { authorization: 'Basic eDp5' }],
    [
      'that NTLM would authenticate, where one with its own Authorization had it',
      { authorization: 'Basic eDp5' },
      {},
    ],
  ])('serves no request %s', async (_what, first, second) => {
    const server = await startServer()
    const agent = new NtlmAgent({ ...ALICE, origins: server.origin, connect: sharedConnector() })
    onTestFinished(() => agent.destroy())
    await ask(server, agent, first)
    await expect(ask(server, agent, second)).rejects.toMatchObject(again)
  })

  it('is not closed for being given twice to one request', async () => {
    const server = await startServer()
    const agent = new NtlmAgent({
      ...ALICE,
      origins: server.origin,
      connect: ({ port, hostname }, callback) => {
        const socket = connectTcp(Number(port), hostname, () => {
          callback(null, socket)
          callback(null, socket)
        })
      },
    })
    onTestFinished(() => agent.destroy())
    expect(await ask(server, agent)).toBe('alice')
  })
})

describe('a connector', () => {
  it.each([{}, undefined, 5])('that gives %j for a socket ends the request at once', async (socket) => {
    const agent = new NtlmAgent({
      ...ALICE,
      origins: 'http://intranet.corp',
      connect: (_target, callback) => callback(null, socket as never),
    })
    await expect(request('http://intranet.corp/', { dispatcher: agent })).rejects.toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      message: `${REFUSED} what it gave is no socket, it has no on, write, end, destroy, pause, resume.`,
    })
    await agent.close()
  })

  it.each(['none', 'auto'] as const)(
    'that gives an https URL a socket without TLS sends no token over it (channelBinding: %j)',
    async (channelBinding) => {
      const seen: string[] = []
      const server = createServer(({ method }, response) => {
        seen.push(`${method}`)
        response.writeHead(401, { 'www-authenticate': 'NTLM' }).end()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void server.close())
      const agent = new NtlmAgent({
        ...ALICE,
        origins: 'https://intranet.corp',
        channelBinding,
        connect: (_target, callback) => {
          const { port } = server.address() as AddressInfo
          const socket = connectTcp(port, '127.0.0.1', () => callback(null, socket))
        },
      })
      const asked = request('https://intranet.corp/', { dispatcher: agent, method: 'POST', body: 'secret' })
      await expect(asked).rejects.toMatchObject({
        code: 'ERR_NTLM_CONFIG',
        message: `${REFUSED} for an https URL it gave one without TLS.`,
      })
      expect(seen).toEqual([])
      await agent.close()
    },
  )
})
