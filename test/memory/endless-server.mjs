// A server in a thread of its own, with a heap of its own. It answers a HEAD with 405 and every other leg without end,
// but pauses once in the middle: it says so to its parent, and goes on when the parent says that.
import { createServer } from 'node:http'
import { parentPort } from 'node:worker_threads'

const HEADER = 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 1073741824\r\n\r\n'
const BODY = Buffer.alloc(65_536, 'x')
const INTERIM = Buffer.from(
  'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'.repeat(1000),
)
const ENOUGH = 64 * 1024 * 1024

/**
 * By what its parent asks for, as a leg may go to another path than the request's: what is written before the pause, and
 * how it goes on.
 */
const ANSWERS = {
  // One chunk more is too much.
  body: { before: [HEADER, ...Array(15).fill(BODY)], after: (socket) => pour(socket, BODY) },
  interim: {
    before: Array(6).fill(INTERIM),
    after: (socket) => socket.write('This is no HTTP.\r\n\r\n'),
  },
}

function pour(socket, chunk) {
  const more = () => {
    while (socket.writable && socket.write(chunk)) {
      // Until the system takes no more.
    }
    if (socket.bytesWritten > ENOUGH) socket.destroy()
  }
  socket.on('drain', more)
  more()
}

let asked
let goOn
parentPort.on('message', (message) => {
  if (message === 'go on') goOn()
  else asked = message
})

const server = createServer((request, response) => {
  const { socket, method } = request
  response.detachSocket(socket)
  socket.on('error', () => {})
  if (method === 'HEAD') {
    socket.write('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n')
    return
  }
  const { before, after } = ANSWERS[asked]
  goOn = () => after(socket)
  for (const bytes of before.slice(0, -1)) socket.write(bytes)
  socket.write(before.at(-1), () => parentPort.postMessage({ bytes: socket.bytesWritten }))
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(`http://127.0.0.1:${server.address().port}`))
