// undici's own `request`, with NTLM: the agent is its dispatcher.
import { NtlmAgent } from '@ntlmkit/undici'
import { request } from 'undici'
import { openTarget } from './target.js'

const { url, origin, username, password, ca, close } = await openTarget('/items')

const dispatcher = new NtlmAgent({ username, password, origins: origin, connect: { ca } })

const read = await request(url, { dispatcher })
console.log('GET', read.statusCode, await read.body.text())

const written = await request(url, {
  dispatcher,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ title: 'New' }),
})
console.log('POST', written.statusCode, await written.body.text())

await dispatcher.close()
await close()
