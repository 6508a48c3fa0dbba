import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** How a proxy answers a CONNECT. */
export interface ProxyOptions {
  /** Refuses with these words, and stays where it is. */
  refuse?: { status: number; reason: string; body?: string }
  /** Answers nothing at all. */
  silent?: boolean
  tls?: ServerOptions
}

/** A proxy that opens tunnels, as it saw its clients. */
export interface ConnectProxy {
  readonly url: string
  readonly port: number
  /** What each CONNECT asked for. */
  readonly targets: string[]
  /** Fields of the CONNECTs. */
  readonly fields: IncomingMessage['headers'][]
  /** Requests that were none: `GET http://...`. */
  readonly plain: string[]
  readonly openTunnels: number
}

/** Starts a proxy for one test; it and its tunnels go with the test. */
export async function startConnectProxy(options: ProxyOptions = {}): Promise<ConnectProxy> {
  const targets: string[] = []
  const fields: IncomingMessage['headers'][] = []
  const plain: string[] = []
  const tunnels = new Set<Socket>()
  const clients = new Set<Socket>()
  const server: Server = options.tls ? createTlsServer(options.tls) : createServer()
  server.on('connection', (socket: Socket) => keep(clients, socket))
  server.on('request', (request, response) => {
    plain.push(`${request.method} ${request.url}`)
    response.writeHead(501).end('no forwarding here')
  })
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    targets.push(request.url ?? '')
    fields.push(request.headers)
    client.on('error', () => {})
    if (options.silent) return
    if (options.refuse) {
      const { status, reason, body = '' } = options.refuse
      client.end(`HTTP/1.1 ${status} ${reason}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
      return
    }
    const { hostname, port } = new URL(`http://${request.url}`)
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    keep(tunnels, upstream)
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of [...clients, ...tunnels]) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    targets,
    fields,
    plain,
    get openTunnels() {
      return tunnels.size
    },
  }
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}
