import { NtlmAgent } from '@ntlmkit/undici'
import { request } from 'undici'
import type { ShownClient } from './client.js'

/** `request` of undici, with the agent as its dispatcher. */
export const undici: ShownClient = {
  name: 'undici request',

  open({ origin, username, password, ca }) {
    const dispatcher = new NtlmAgent({ username, password, origins: origin, connect: { ca } })
    return {
      async send({ url, method, body }) {
        const response = await request(url, { method, body, dispatcher })
        await response.body.dump()
        return response.statusCode
      },
      close: () => dispatcher.close(),
    }
  },
}
