// An endpoint of IIS with Extended Protection set to "Required": nothing to switch on. Over TLS every handshake is
// bound to the server's certificate, by the hash that certificate asks for.
import { NtlmAgent } from '@ntlmkit/undici'
import { request } from 'undici'
import { openTarget } from '../target.js'

const iis = await openTarget('/api/status', { tls: { hash: 'sha384' }, channelBinding: 'require' })

const dispatcher = new NtlmAgent({
  username: iis.username,
  password: iis.password,
  origins: iis.origin,
  connect: { ca: iis.ca },
  // A 401 becomes an error that says why, here that the binding (or the password) was not accepted.
  strict: true,
})

const { statusCode, body } = await request(iis.url, { dispatcher })
console.log(statusCode, await body.text())

await dispatcher.close()
await iis.close()
