import * as http from 'node:http'
import { identities as agentsByUser } from '@ntlmkit/agent'
import { identities as axiosByUser } from '@ntlmkit/axios'
import { identities as fetchByUser } from '@ntlmkit/fetch'
import { identities as gotByUser } from '@ntlmkit/got'
import type { IdentityCredential } from '@ntlmkit/transport'
import { identities as dispatchersByUser } from '@ntlmkit/undici'
import axios from 'axios'
import got from 'got'
import { request } from 'undici'

/** A user who was chosen, and may ask a while later. */
export type Ask = (path: string, body?: string) => Promise<string>

/** One process that acts for many users, by one client. */
export interface Users {
  for(credential: IdentityCredential): Ask
  close(): Promise<void>
}

/** @param max the most users that are kept. */
export type OpenUsers = (origin: string, max: number) => Users

const undiciRequest: OpenUsers = (origins, max) => {
  const users = dispatchersByUser({ origins, max })
  return {
    close: () => users.close(),
    for(credential) {
      const dispatcher = users.for(credential)
      return async (path, body) => {
        const method = body === undefined ? 'GET' : 'POST'
        return (await request(origins + path, { dispatcher, method, body })).body.text()
      }
    },
  }
}

const fetch: OpenUsers = (origins, max) => {
  const users = fetchByUser({ origins, max })
  return {
    close: () => users.close(),
    for(credential) {
      const own = users.for(credential)
      return async (path, body) => {
        const method = body === undefined ? 'GET' : 'POST'
        return (await own(origins + path, { method, body })).text()
      }
    },
  }
}

const httpRequest: OpenUsers = (origins, max) => {
  const users = agentsByUser({ origins, max })
  return {
    close: () => users.close(),
    for(credential) {
      const { http: agent } = users.for(credential)
      return (path, body) =>
        new Promise((resolve, reject) => {
          const sent = http.request(origins + path, { agent, method: body === undefined ? 'GET' : 'POST' })
          sent.on('error', reject)
          sent.on('response', async (answer) => {
            resolve((await answer.setEncoding('utf8').toArray().catch(reject))?.join('') ?? '')
          })
          sent.end(body)
        })
    },
  }
}

const withAxios: OpenUsers = (baseURL, max) => {
  const users = axiosByUser(() => axios.create({ baseURL, responseType: 'text' }), { max })
  return {
    close: () => users.close(),
    for(credential) {
      const instance = users.for(credential)
      return async (path, body) => {
        const answer = body === undefined ? instance.get<string>(path) : instance.post<string>(path, body)
        return (await answer).data
      }
    },
  }
}

const withGot: OpenUsers = (prefixUrl, max) => {
  const users = gotByUser(got.extend({ prefixUrl, retry: { limit: 0 } }), { max })
  return {
    close: () => users.close(),
    for(credential) {
      const instance = users.for(credential)
      return (path, body) => {
        const url = path.slice(1)
        return body === undefined ? instance(url).text() : instance.post(url, { body }).text()
      }
    },
  }
}

export const USERS_BY_CLIENT: Readonly<Record<string, OpenUsers>> = {
  'undici request': undiciRequest,
  '@ntlmkit/fetch': fetch,
  'http.request': httpRequest,
  axios: withAxios,
  got: withGot,
}
