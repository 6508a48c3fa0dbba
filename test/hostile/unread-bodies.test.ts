import { get, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import axios from 'axios'
import got from 'got'
import * as undici from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE } from '../wire.js'
import { head, refusal } from './answers.js'
import { expectOpen } from './bounds.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { ClientSockets } from './client-sockets.js'
import { type Script, ScriptedServer } from './scripted-server.js'
import { pour } from './writing.js'

/** The high-water marks of a few streams in a row, and the reads that passed them. */
const WATERMARKS = 1024 * 1024

/** An answer whose body nobody reads yet. */
interface Unread {
  status: number
  giveUp(): unknown
}

function dispatcherFor(origins: string): NtlmAgent {
  const dispatcher = new NtlmAgent({ ...ALICE, origins })
  onTestFinished(() => dispatcher.destroy())
  return dispatcher
}

const throughFetch = (fetch: typeof undici.fetch) => async (origin: string) => {
  const { status, body } = await fetch(origin, { dispatcher: dispatcherFor(origin) })
  return { status, giveUp: () => body?.cancel() }
}

/** Every client that hands out an answer before it has all of it. */
const clients: Record<string, (origin: string) => Promise<Unread>> = {
  'undici request': async (origin) => {
    const { statusCode, body } = await undici.request(origin, { dispatcher: dispatcherFor(origin) })
    body.on('error', () => {})
    return { status: statusCode, giveUp: () => body.destroy() }
  },
  'undici fetch': throughFetch(undici.fetch),
  'the fetch of Node': throughFetch(globalThis.fetch as unknown as typeof undici.fetch),
  'http.request': async (origin) => {
    const agents = ntlmAgents({ ...ALICE, origins: origin })
    onTestFinished(() => agents.destroy())
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(origin, { agent: agents.http }, resolve).on('error', reject)
    })
    return { status: response.statusCode ?? 0, giveUp: () => response.destroy() }
  },
  'axios, responseType: stream': async (origin) => {
    const instance = ntlmForAxios(axios.create({ validateStatus: () => true }), { ...ALICE, origins: origin })
    const { status, data } = await instance.get<Readable>(origin, { responseType: 'stream' })
    data.on('error', () => {})
    return { status, giveUp: () => data.destroy() }
  },
  'got stream': async (origin) => {
    const instance = got.extend({ throwHttpErrors: false }, ntlmForGot({ ...ALICE, origins: origin }))
    const stream = instance.stream(origin)
    stream.on('error', () => {})
    const { statusCode } = await new Promise<{ statusCode: number }>((resolve) =>
      stream.once('response', resolve),
    )
    return { status: statusCode, giveUp: () => stream.destroy() }
  },
}

/** Rejects the credentials with a page that has no end. */
const script: Script['answer'] = ({ request, socket }) => {
  if (request.leg === 'NEGOTIATE') {
    socket.write(refusal(ntlmChallenge()))
    return
  }
  socket.write(head(401, { 'WWW-Authenticate': 'NTLM', 'Content-Length': String(1024 ** 3) }))
  pour(socket, Buffer.alloc(65_536))
}

/** Resolves when nothing was read for a while. */
async function settled(sockets: ClientSockets): Promise<void> {
  for (let still = 0, last = -1; still < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    still = sockets.bytesRead === last ? still + 1 : 0
    last = sockets.bytesRead
  }
}

describe('a rejection with a gigabyte of body that the caller does not read', () => {
  it.each(Object.entries(clients))(
    'is not read ahead, and its connection ends with it: %s',
    async (_client, call) => {
      const server = await ScriptedServer.start(script)
      onTestFinished(() => server.close())
      const sockets = ClientSockets.watch()
      const { status, giveUp } = await call(server.origin)
      expect(status).toBe(401)
      await settled(sockets)
      expect(sockets.bytesRead).toBeLessThan(WATERMARKS)
      expect(server.openConnections).toBe(1)
      giveUp()
      await expectOpen(server, 0)
      expect(server.requests).toHaveLength(2)
    },
  )
})
