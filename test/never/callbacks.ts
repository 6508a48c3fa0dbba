import http from 'node:http'
import type { Readable } from 'node:stream'
import { ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import type { NtlmOptions } from '@ntlmkit/core'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import axios, { type AxiosInstance } from 'axios'
import got, { type Got } from 'got'
import fetch from 'node-fetch'
import superagent from 'superagent'
import { ON_DISPATCHER } from './callbacks-undici.js'
import { BODY, type Caller, type Report, reportOn } from './report.js'

function agentFor(identity: NtlmOptions | undefined, maxSockets: number | undefined): http.Agent {
  if (identity) return ntlmAgents(identity, { maxSockets, freeSocketTimeout: 2000 }).http
  return new http.Agent({ keepAlive: true, maxSockets })
}

const onAgent =
  (call: (agent: http.Agent, url: string, report: Report) => Promise<unknown>): Caller =>
  (identity, connections) => {
    const agent = agentFor(identity, connections)
    return { call: (url, report) => call(agent, url, report), close: () => agent.destroy() }
  }

const httpRequest = onAgent(
  (agent, url, report) =>
    new Promise<void>((resolve) => {
      const request = http.request(url, { agent, method: 'POST' }, (response) => {
        report('the callback')
        reportOn(response, 'data end close', 'response', report)
      })
      reportOn(request, 'socket response finish error close', 'request', report)
      request.once('close', resolve).end(BODY, () => report('the callback of end()'))
    }),
)

function axiosWith(identity: NtlmOptions | undefined, maxSockets: number | undefined): AxiosInstance {
  if (!identity) return axios.create({ httpAgent: agentFor(undefined, maxSockets), proxy: false })
  return ntlmForAxios(axios.create(), identity, { maxSockets, freeSocketTimeout: 2000 })
}

const withAxios: Caller = (identity, connections) => {
  const instance = axiosWith(identity, connections)
  return {
    call: (url, report) =>
      instance
        .post(url, BODY, {
          transformRequest: (data) => {
            report('transformRequest')
            return data
          },
          transformResponse: (data) => {
            report('transformResponse')
            return data
          },
          validateStatus: () => {
            report('validateStatus')
            return true
          },
          onUploadProgress: () => report('onUploadProgress'),
          onDownloadProgress: () => report('onDownloadProgress'),
        })
        .catch(() => report('the rejection')),
    close: () => {},
  }
}

const axiosStream: Caller = (identity, connections) => {
  const instance = axiosWith(identity, connections)
  return {
    call: async (url, report) => {
      const validateStatus = () => true
      const response = await instance
        .get<Readable>(url, { responseType: 'stream', validateStatus })
        .catch(() => {
          report('the rejection')
        })
      report('the answer')
      if (!response) return
      reportOn(response.data, 'data end close', 'stream', report)
      await new Promise((resolve) => response.data.once('close', resolve))
    },
    close: () => {},
  }
}

function gotWith(identity: NtlmOptions | undefined, maxSockets: number | undefined): Got {
  if (!identity) return got.extend({ agent: { http: agentFor(undefined, maxSockets) } })
  return got.extend(ntlmForGot(identity, { maxSockets, freeSocketTimeout: 2000 }))
}

const withGot: Caller = (identity, connections) => {
  const instance = gotWith(identity, connections)
  return {
    call: (url, report) => {
      const promise = instance.post(url, {
        body: BODY,
        retry: { limit: 0 },
        hooks: {
          beforeRequest: [() => report('beforeRequest')],
          afterResponse: [
            (response) => {
              report('afterResponse')
              return response
            },
          ],
          beforeError: [
            (error) => {
              report('beforeError')
              return error
            },
          ],
        },
      })
      promise.on('request', () => report('request'))
      promise.on('response', () => report('response'))
      promise.on('uploadProgress', () => report('uploadProgress'))
      promise.on('downloadProgress', () => report('downloadProgress'))
      return promise.catch(() => report('the rejection'))
    },
    close: () => {},
  }
}

const gotStream: Caller = (identity, connections) => {
  const instance = gotWith(identity, connections)
  return {
    call: (url, report) =>
      new Promise<void>((resolve) => {
        const stream = instance.stream(url, { retry: { limit: 0 } })
        reportOn(stream, 'request response data end error downloadProgress', 'stream', report)
        stream.once('end', resolve).once('error', () => resolve())
      }),
    close: () => {},
  }
}

const nodeFetch = onAgent(async (agent, url, report) => {
  const chosen = () => {
    report('the agent function')
    return agent
  }
  const response = await fetch(url, { agent: chosen }).catch(() => report('the rejection'))
  if (!response) return
  reportOn(response.body as Readable, 'data end close', 'body', report)
  await new Promise((resolve) => response.body!.once('close', resolve))
})

const withSuperagent = onAgent(
  (agent, url, report) =>
    new Promise<void>((resolve) => {
      const request = superagent.post(url).agent(agent).type('text/plain').send(BODY)
      reportOn(request as unknown as NodeJS.EventEmitter, 'request response progress', 'request', report)
      request.end(() => {
        report('the callback')
        resolve()
      })
    }),
)

export const CALLERS: Readonly<Record<string, Caller>> = {
  'http.request': httpRequest,
  ...ON_DISPATCHER,
  axios: withAxios,
  'axios, a stream': axiosStream,
  got: withGot,
  'got stream': gotStream,
  'node-fetch': nodeFetch,
  superagent: withSuperagent,
}
