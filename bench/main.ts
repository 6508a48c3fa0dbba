import { benchHandshake } from './handshake.js'

await benchHandshake(2000)
