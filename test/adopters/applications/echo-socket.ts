import { once } from 'node:events'
import type { UpgradeHandler } from '@ntlmkit/server'
import { WebSocketServer } from 'ws'

/** A WebSocket endpoint that says who is there, then sends back what it gets. */
export function echoSocket(): UpgradeHandler {
  const sockets = new WebSocketServer({ noServer: true })
  return (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.send(`You are ${request.ntlm?.username}`)
      webSocket.on('message', (message) => webSocket.send(String(message)))
    })
  }
}

/** The next message of a WebSocket of whatever package. */
export async function nextMessage(webSocket: EventTarget | NodeJS.EventEmitter): Promise<string> {
  if (!(webSocket instanceof EventTarget)) return String((await once(webSocket, 'message'))[0])
  return new Promise((resolve, reject) => {
    webSocket.addEventListener('message', (event) => resolve(String((event as MessageEvent).data)), {
      once: true,
    })
    webSocket.addEventListener('error', () => reject(new Error('The WebSocket failed.')), { once: true })
  })
}
