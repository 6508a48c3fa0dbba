// The server of the measurements, in a process of its own so that its work does not count as the client's.
import { createNtlmServer } from '@ntlmkit/server'

const server = createNtlmServer({
  users: { 'LAB\\alice': 'Passw0rd!' },
  anonymous: ['/open'],
  keepLog: false,
  handler: (request, response) => {
    request.resume()
    request.once('end', () => response.end('{"ok":true}'))
  },
})
await server.listen()
process.send?.(server.origin)
process.once('disconnect', () => process.exit())
