import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { IDLE, type OpenSession, reply } from './session.js'

const DEFAULTS = {
  validateStatus: () => true,
  responseType: 'text',
  // What came is what is compared.
  transformResponse: (data: string) => data,
  maxBodyLength: Number.POSITIVE_INFINITY,
} as const

export const withAxios: OpenSession = ({ ca, ...identity }, { connections, idle = IDLE } = {}) => {
  const pool = { freeSocketTimeout: idle, maxSockets: connections, ca }
  const instance = ntlm(axios.create(DEFAULTS), identity, pool)
  return {
    async call(url, { body, follow, ...options } = {}) {
      // A redirect would make axios keep the body.
      const redirects = follow ? {} : { maxRedirects: 0 }
      const response = await instance.request<string>({ url, data: body, ...redirects, ...options })
      return reply(response.status, response.headers, response.data)
    },
    // An instance is no owner of anything: its idle connections end by themselves.
    close: async () => {},
  }
}
