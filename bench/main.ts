import { benchHandshake } from './handshake.js'
import { startMeasuredServer } from './measured-server.js'
import { benchMemory } from './memory.js'
import { benchRequests } from './requests.js'

console.log('\nOne CHALLENGE parsed and one AUTHENTICATE built')
await benchHandshake(2000)

const server = await startMeasuredServer()
try {
  console.log('\n100 GETs in turn, against the same client without authentication')
  await benchRequests(server.origin, 40)

  console.log('\nMemory held during a streamed upload of 500 MB')
  await benchMemory(server.origin, 500)
} finally {
  await server.stop()
}
