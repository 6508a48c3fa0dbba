import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { createClientAsync } from 'soap'
import { describe, expect, it } from 'vitest'
import { ALICE, legs, startServer } from '../wire.js'
import { calculator } from './applications/calculator.js'
import { agentsFor, authenticated, PROTOCOLS, seen, startProxy } from './trial.js'

describe.each(PROTOCOLS)('node-soap over %s', (_protocol, options) => {
  it('fetches the WSDL and calls an operation through its axios instance', async () => {
    const server = await startServer({ ...options, handler: calculator })
    const request = ntlm(axios.create(), { ...ALICE, origins: server.origin }, { ca: server.ca })

    const client = await createClientAsync(`${server.origin}/calculator?wsdl`, { request })
    const [sum] = await client.AddAsync({ a: 2, b: 3 })

    expect(sum).toEqual({ result: 5 })
    expect(seen(server)).toEqual(authenticated(2))
    expect(legs(server)).toEqual(['HEAD negotiate 401', 'GET authenticate 200', 'POST none 200'])
  })

  it('does both through agents', async () => {
    const server = await startServer({ ...options, handler: calculator })
    const { http: httpAgent, https: httpsAgent } = agentsFor(server)

    const client = await createClientAsync(`${server.origin}/calculator?wsdl`, {
      wsdl_options: { httpAgent, httpsAgent },
    })
    const [sum] = await client.AddAsync({ a: 2, b: 3 }, { httpAgent, httpsAgent })

    expect(sum).toEqual({ result: 5 })
    expect(seen(server)).toEqual(authenticated(2))
  })
})

describe('node-soap through a proxy', () => {
  it('authenticates in the tunnel that another agent opens', async () => {
    const server = await startServer({ tls: true, channelBinding: 'require', handler: calculator })
    const proxy = await startProxy()
    const { http: httpAgent, https: httpsAgent } = agentsFor(server, {
      via: { https: new HttpsProxyAgent(proxy.url) },
    })

    const client = await createClientAsync(`${server.origin}/calculator?wsdl`, {
      wsdl_options: { httpAgent, httpsAgent },
    })
    const [sum] = await client.AddAsync({ a: 2, b: 3 }, { httpAgent, httpsAgent })

    expect(sum).toEqual({ result: 5 })
    expect(seen(server)).toEqual(authenticated(2))
    expect(proxy.targets).toEqual([new URL(server.origin).host])
  })
})
