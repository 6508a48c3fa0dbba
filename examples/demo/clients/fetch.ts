import { Readable } from 'node:stream'
import { NtlmAgent } from '@ntlmkit/undici'
import type { ShownClient } from './client.js'

/** The `fetch` that Node itself has. */
export const nodeFetch: ShownClient = {
  name: 'fetch',

  open({ origin, username, password, ca }) {
    const dispatcher = new NtlmAgent({ username, password, origins: origin, connect: { ca } })
    return {
      async send({ url, method, body }) {
        const stream = body instanceof Readable ? Readable.toWeb(body) : body
        // Node's own types know only its own undici's dispatchers.
        const init: object = { method, body: stream, duplex: 'half', dispatcher }
        const response = await fetch(url, init)
        await response.arrayBuffer()
        return response.status
      },
      close: () => dispatcher.close(),
    }
  },
}
