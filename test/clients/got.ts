import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { ntlm } from '@ntlmkit/got'
import got, { type Got, HTTPError, type OptionsInit } from 'got'
import { type CallOptions, IDLE, type Identity, type OpenSession, type Pool, reply } from './session.js'

function instanceFor({ ca, ...identity }: Identity, { connections, idle = IDLE }: Pool): Got {
  const pool = { freeSocketTimeout: idle, maxSockets: connections, ca }
  return got.extend(ntlm(identity, pool), { throwHttpErrors: false, retry: { limit: 0 } })
}

function gotOptions({ follow = false, timeout, ...options }: CallOptions): Omit<OptionsInit, 'isStream'> {
  const limit = timeout === undefined ? {} : { timeout: { request: timeout } }
  return { followRedirect: follow, ...limit, ...options } as Omit<OptionsInit, 'isStream'>
}

/** An instance is no owner of anything: its idle connections end by themselves. */
const close = async () => {}

export const withGot: OpenSession = (identity, pool = {}) => {
  const instance = instanceFor(identity, pool)
  return {
    async call(url, options = {}) {
      const response = await instance(url, gotOptions(options))
      return reply(response.statusCode, response.headers, String(response.body))
    },
    close,
  }
}

export const withGotStream: OpenSession = (identity, pool = {}) => {
  const instance = instanceFor(identity, pool)
  return {
    async call(url, { body, ...options } = {}) {
      const stream = instance.stream(url, gotOptions(options))
      const writable = options.method !== undefined && !/^(?:GET|HEAD)$/.test(options.method)
      // Its failure is that of the stream as a whole.
      if (body instanceof Readable)
        pipeline(body, stream, { end: true }).catch((error) => stream.destroy(error))
      else if (writable) stream.end(body)
      const answer = await text(stream).catch((error) => {
        if (error instanceof HTTPError) return ''
        throw error
      })
      return reply(stream.response?.statusCode ?? 0, stream.response?.headers ?? {}, answer)
    },
    close,
  }
}
