import { Agent, type ClientRequest } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

type Created = (error: Error | null, socket?: Socket) => void
type Options = ConnectionOptions & { host: string; port: number }

/** An http.Agent whose createConnection is this. */
export function openedBy(open: (options: Options, created: Created) => Socket | undefined): Agent {
  return Object.assign(new Agent(), { createConnection: open as never })
}

/** Opens as Node does; TLS is complete by the time it gives the socket. */
export function completeTls(opened: Socket[] = []): Agent {
  return openedBy((options, created) => {
    const socket = connectTls(options, () => created(null, socket))
    socket.on('error', (error) => created(error))
    opened.push(socket)
    return undefined
  })
}

export const withoutTls = () => openedBy(({ host, port }) => connect({ host, port }))

export const throwing = () =>
  openedBy(() => {
    throw Object.assign(new Error('no way out'), { code: 'ENOWAY' })
  })

export const failing = (error: Error) =>
  openedBy((_options, created) => {
    setImmediate(() => created(error))
    return undefined
  })

export const giving = (stream: unknown) => openedBy(() => stream as Socket)

export const silent = () => openedBy(() => undefined)

export const aStream = () => new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })

/** Keeps sockets, and asks nobody before it gives one of them: as agents of packages without http.Agent below do. */
export function ownPool(inner: Agent): { addRequest(request: ClientRequest, options: object): void } {
  const { addRequest } = inner as Agent & ReturnType<typeof ownPool>
  return { addRequest: (request, options) => addRequest.call(inner, request, options) }
}

/** An https agent that resumes TLS sessions, and hands each connection through a hook of its own. */
export class ResumingAgent extends HttpsAgent {
  override createConnection(options: never): Socket {
    const { createConnection } = HttpsAgent.prototype as unknown as {
      createConnection(options: never): Socket
    }
    return createConnection.call(this, options)
  }
}

/** Writes to a proxy as agents do that are put in the place of the global one: no http.Agent, and in addRequest. */
export const writesToProxy = (port: number) => ({
  addRequest(request: ClientRequest): void {
    request.path = `http://somewhere${request.path}`
    request.setHeader('Proxy-Authorization', 'Basic eDp5')
    request.onSocket(connect({ port, host: '127.0.0.1' }))
  },
})

/** Keeps the connection that it has opened, and gives it to everybody who asks. */
export class KeepingAgent extends Agent {
  #kept: Socket | undefined

  override createConnection({ host, port }: never): Socket {
    if (this.#kept === undefined || this.#kept.destroyed) this.#kept = connect({ host, port })
    return this.#kept
  }
}
