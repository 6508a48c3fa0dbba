import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createNtlmServer } from '@ntlmkit/server'
import { makeCertificate } from '../../packages/server/src/certificate.js'
import type { Message } from '../wire/leg-of.js'
import type { Target } from './performance.js'
import { Recorder } from './recorder.js'
import type { Scene } from './scenes.js'
import { PASSWORD, USERNAME } from './secret-account.js'

/** What the server's side of a scene tells of the client's. */
export interface StageEvents {
  /** A message has left the client, and has not gone on. */
  onMessage?: (message: Message) => void
  /** Now the client is to give up its request. */
  onAbort?: () => void
}

/** The server's side of a scene, for one client. */
export interface Stage extends Target {
  readonly conversations: readonly string[]
  close(): Promise<void>
}

let certificate: ReturnType<typeof makeCertificate> | undefined

export async function setStage(scene: Scene, events: StageEvents = {}): Promise<Stage> {
  const server = scene.instead === undefined ? await startServer(scene) : await startSilence()
  if (scene.instead === 'nobody') await server.close()
  const tls = scene.tls ? await sharedCertificate() : undefined
  const recorder = await new Recorder(server.port, {
    tls,
    tamper: scene.tamper,
    onMessage: (message) => {
      events.onMessage?.(message)
      if (scene.on?.message !== message) return undefined
      if (scene.on.act !== 'abort') return scene.on.act
      events.onAbort?.()
      return 'hold'
    },
  }).listen()
  if (scene.instead === 'nobody') await recorder.close()
  return {
    origin: recorder.origin,
    ca: tls?.cert,
    conversations: recorder.conversations,
    async close() {
      if (scene.instead === 'nobody') return
      await recorder.close()
      await server.close()
    },
  }
}

function sharedCertificate(): ReturnType<typeof makeCertificate> {
  certificate ??= makeCertificate('127.0.0.1')
  return certificate
}

interface Listening {
  port: number
  close(): Promise<void>
}

/** TLS ends at the recorder: what is bound to its certificate cannot be checked behind it. */
async function startServer({ server, tls }: Scene): Promise<Listening> {
  const users = { [USERNAME]: PASSWORD }
  const channelBinding = tls ? 'off' : 'accept'
  return createNtlmServer({ users, channelBinding, ...server }).listen()
}

async function startSilence(): Promise<Listening> {
  const server: Server = createServer((socket) => socket.on('error', () => {}))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { port, close: async () => void server.close() }
}
