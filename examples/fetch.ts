// The `fetch` that is built into Node, with NTLM.
import { NtlmAgent } from '@ntlmkit/undici'
import { openTarget } from './target.js'

const { url, origin, username, password, ca, close } = await openTarget('/items')

const dispatcher = new NtlmAgent({ username, password, origins: origin, connect: { ca } })

// As an object of no type: Node's own types know only the undici that is built in.
const init: object = { dispatcher }
const response = await fetch(url, init)
console.log('GET', response.status, await response.text())

await dispatcher.close()
await close()
