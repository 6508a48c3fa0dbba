import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios from 'axios'
import { describe, expect, it } from 'vitest'
import { carryAgents } from '../src/carried-agents.js'

describe('the agents an instance has', () => {
  it('leave the instance, and their options are kept', () => {
    const instance = axios.create({
      httpAgent: new HttpAgent({ keepAlive: false, maxSockets: 3, timeout: 500 }),
      httpsAgent: new HttpsAgent({ ca: 'x', rejectUnauthorized: false, maxCachedSessions: 5 }),
    })
    const { http, https } = carryAgents(instance)
    expect(http).toMatchObject({ maxSockets: 3, timeout: 500 })
    expect(https).toMatchObject({ ca: 'x', rejectUnauthorized: false })
    expect(Object.keys({ ...http, ...https })).not.toContain('keepAlive')
    expect(Object.keys({ ...http, ...https })).not.toContain('maxCachedSessions')
    expect([instance.defaults.httpAgent, instance.defaults.httpsAgent]).toEqual([undefined, undefined])
  })

  it('give way to what is said explicitly', () => {
    const instance = axios.create({ httpAgent: new HttpAgent({ maxSockets: 3 }) })
    const { http, https } = carryAgents(instance, { maxSockets: 5, https: { maxSockets: 7 } })
    expect([http?.maxSockets, https?.maxSockets]).toEqual([5, 7])
  })

  it('may be absent', () => {
    expect(carryAgents(axios.create())).toEqual({ http: {}, https: {} })
  })

  it('of any other class are refused, and stay', () => {
    class TunnelAgent extends HttpAgent {}
    const httpAgent = new TunnelAgent()
    const instance = axios.create({ httpAgent })
    expect(() => carryAgents(instance)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: 'The instance has a httpAgent of class TunnelAgent.',
      }),
    )
    expect(instance.defaults.httpAgent).toBe(httpAgent)
  })

  it('that are no agents at all are refused', () => {
    const instance = axios.create({ httpsAgent: { addRequest() {} } })
    expect(() => carryAgents(instance)).toThrow(expect.objectContaining({ code: 'ERR_NTLM_CONFIG' }))
  })
})
