import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { wrapper } from 'axios-cookiejar-support'
import { CookieJar } from 'tough-cookie'
import { describe, expect, it } from 'vitest'
import { ALICE, startServer } from '../wire.js'
import { countingVisits } from './applications/counting-visits.js'
import { authenticated, seen } from './trial.js'

describe('axios-cookiejar-support', () => {
  it('keeps the cookies of an authenticated instance in its jar', async () => {
    const server = await startServer({ handler: countingVisits })
    const jar = new CookieJar()
    const api = wrapper(ntlm(axios.create({ baseURL: server.origin, jar }), ALICE))

    const visits = [await api.get('/'), await api.get('/'), await api.get('/')].map(({ data }) => data)

    expect(visits).toEqual(['alice 1', 'alice 2', 'alice 3'])
    expect(await jar.getCookieString(server.url)).toBe('visits=3')
    expect(seen(server)).toEqual(authenticated(3))
  })

  it('may be there before', async () => {
    const server = await startServer({ handler: countingVisits })
    const api = ntlm(wrapper(axios.create({ baseURL: server.origin, jar: new CookieJar() })), ALICE)

    const visits = [await api.get('/'), await api.get('/')].map(({ data }) => data)

    expect(visits).toEqual(['alice 1', 'alice 2'])
    expect(seen(server)).toEqual(authenticated(2))
  })
})
