import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import axiosRetry from 'axios-retry'
import { describe, expect, it } from 'vitest'
import { ALICE, startServer } from '../wire.js'
import { authenticated, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('axios-retry over %s', (_protocol, options) => {
  it('sends again what was answered with a 503, on the connection it has', async () => {
    let calls = 0
    const server = await startServer({
      ...options,
      handler: (request, response) => {
        calls++
        response.writeHead(calls < 3 ? 503 : 200).end(request.ntlm?.username)
      },
    })
    const api = ntlm(axios.create({ baseURL: server.origin }), ALICE, { ca: server.ca })
    axiosRetry(api, { retries: 2, retryDelay: () => 1 })

    expect((await api.get('/')).data).toBe('alice')
    expect(seen(server)).toEqual(authenticated(3))
  })

  it('sends no password again that was rejected', async () => {
    const server = await startServer(options)
    const api = ntlm(
      axios.create({ baseURL: server.origin }),
      { ...ALICE, password: 'wrong' },
      { ca: server.ca },
    )
    axiosRetry(api, { retries: 3, retryDelay: () => 1, retryCondition: () => true })

    await expect(api.get('/')).rejects.toMatchObject({ isAxiosError: true, code: 'ERR_NTLM_REJECTED' })
    expect(seen(server)).toMatchObject({ requests: 2, failed: ['password'] })
  })
})
