import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ntlm } from '@ntlmkit/got'
import got, { HTTPError } from 'got'
import type { ShownClient } from './client.js'

/** got: promises, and its stream for a body that is one. */
export const gotClient: ShownClient = {
  name: 'got',

  open({ origin, username, password, ca }) {
    const instance = got.extend(
      ntlm({ username, password, origins: origin }, { ca, freeSocketTimeout: 1000 }),
      { throwHttpErrors: false, retry: { limit: 0 } },
    )
    return {
      async send({ url, method, body }) {
        if (!(body instanceof Readable)) return (await instance(url, { method, body })).statusCode
        const upload = instance.stream(url, { method, body })
        await text(upload).catch(ignoreRefusal)
        return upload.response?.statusCode ?? 0
      },
      // Idle connections close by themselves.
      close: async () => {},
    }
  },
}

/** A stream fails on a 4xx; its status says so too. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof HTTPError)) throw error
}
