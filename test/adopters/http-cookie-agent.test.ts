import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { HttpCookieAgent, HttpsCookieAgent } from 'http-cookie-agent/http'
import { cookie } from 'http-cookie-agent/undici'
import { CookieJar } from 'tough-cookie'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { ALICE, startServer } from '../wire.js'
import { countingVisits } from './applications/counting-visits.js'
import { authenticated, dispatcherFor, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('http-cookie-agent over %s', (_protocol, options) => {
  it('keeps the cookies of an axios instance that has its agents', async () => {
    const server = await startServer({ ...options, handler: countingVisits })
    const cookies = { jar: new CookieJar() }
    const instance = axios.create({
      baseURL: server.origin,
      httpAgent: new HttpCookieAgent({ cookies }),
      httpsAgent: new HttpsCookieAgent({ cookies, ca: server.ca }),
    })
    const api = ntlm(instance, ALICE)

    const visits = [await api.get('/'), await api.get('/'), await api.get('/')].map(({ data }) => data)

    expect(visits).toEqual(['alice 1', 'alice 2', 'alice 3'])
    expect(seen(server)).toEqual(authenticated(3))
  })

  it('keeps those of a dispatcher that is composed with its interceptor', async () => {
    const server = await startServer({ ...options, handler: countingVisits })
    const dispatcher = dispatcherFor(server).compose(cookie({ jar: new CookieJar() }))
    const visit = async () => (await request(server.url, { dispatcher })).body.text()

    expect([await visit(), await visit(), await visit()]).toEqual(['alice 1', 'alice 2', 'alice 3'])
    expect(seen(server)).toEqual(authenticated(3))
  })
})
