import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import type { ShownClient } from './client.js'

/** axios, on the agents of ntlmkit: `maxRedirects: 0` lets it stream a body without keeping it for a redirect. */
export const axiosClient: ShownClient = {
  name: 'axios',

  open({ origin, username, password, ca }) {
    const instance = axios.create({ baseURL: origin, validateStatus: () => true, maxRedirects: 0 })
    ntlm(instance, { username, password }, { ca, freeSocketTimeout: 1000 })
    return {
      async send({ url, method, body }) {
        const { status } = await instance.request({
          url,
          method,
          data: body,
          maxBodyLength: Number.POSITIVE_INFINITY,
        })
        return status
      },
      // Idle connections close by themselves.
      close: async () => {},
    }
  },
}
