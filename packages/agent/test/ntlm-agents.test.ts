import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import AgentKeepAlive from 'agentkeepalive'
import { describe, expect, it } from 'vitest'
import { NtlmError, ntlmAgents } from '../src/index.js'

const credentials = { username: 'LAB\\alice', password: 'secret-value', origins: 'https://intranet.corp' }

describe('ntlmAgents(options)', () => {
  it('gives agents of agentkeepalive', () => {
    const { http, https } = ntlmAgents(credentials, { maxSockets: 3 })
    expect(http).toBeInstanceOf(AgentKeepAlive.HttpAgent)
    expect(https).toBeInstanceOf(HttpsAgent)
    expect(http).not.toBeInstanceOf(HttpsAgent)
    expect([http.maxSockets, https.maxSockets]).toEqual([3, 3])
    expect(http.getCurrentStatus()).toMatchObject({ createSocketCount: 0, requestCount: 0 })
  })

  it.each([
    ['origins', { origins: undefined }],
    ['password', { password: undefined }],
    ['no option', { user: 'x' }],
  ])('throws for what it cannot do: %s', (part, options) => {
    expect(() => ntlmAgents({ ...credentials, ...options } as never)).toThrow(NtlmError)
    expect(() => ntlmAgents({ ...credentials, ...options } as never)).toThrow(part)
  })
})

describe('track(traits)', () => {
  it('gives the agents as they are, but for where a request enters', () => {
    const agents = ntlmAgents(credentials)
    const tracked = agents.track({ replayable: true })
    expect(tracked.http).toBeInstanceOf(HttpAgent)
    expect(tracked.https.options).toBe(agents.https.options)
    expect([tracked.refusal, tracked.takeReplay()]).toEqual([undefined, false])
  })
})
