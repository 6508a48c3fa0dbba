import { benchHandshake } from './handshake.js'
import { startMeasuredServer } from './measured-server.js'
import { benchMemory } from './memory.js'
import { benchRequests, shapes } from './requests.js'

console.log('\nOne CHALLENGE parsed and one AUTHENTICATE built')
await benchHandshake(2000)

const server = await startMeasuredServer()
try {
  for (const shape of shapes) {
    console.log(`\n${shape.name}, against the same client without authentication`)
    await benchRequests(server.origin, shape, 25)
  }

  console.log('\nMemory held during a streamed upload of 500 MB')
  await benchMemory(server.origin, 500)
} finally {
  await server.stop()
}
