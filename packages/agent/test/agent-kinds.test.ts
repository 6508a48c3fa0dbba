import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import AgentKeepAlive from 'agentkeepalive'
import { describe, expect, it } from 'vitest'
import { isPoolingClass, kindOf } from '../src/agent-kinds.js'
import { ntlmAgents } from '../src/index.js'

type AgentClass = new (options?: object) => HttpAgent

/** An agent that adds something to requests, over this one. */
const adding = (Base: unknown) =>
  class extends (Base as AgentClass) {
    addRequest() {}
  }

class TunnelAgent extends HttpAgent {
  override createConnection() {
    return undefined
  }
}

/** As http-proxy-agent: what it writes into a request belongs to how it connects. */
class WritingTunnelAgent extends TunnelAgent {
  addRequest() {}
  connect() {}
}

const { HttpAgent: KeepAlive, HttpsAgent: KeepAliveTls } = AgentKeepAlive

describe('an agent of somebody else', () => {
  it.each<[string, object, { opens: boolean; adds: boolean }]>([
    ['one of Node', new HttpAgent(), { opens: false, adds: false }],
    ['one of Node for https', new HttpsAgent(), { opens: false, adds: false }],
    ['agentkeepalive', new KeepAlive(), { opens: false, adds: false }],
    ['agentkeepalive for https', new KeepAliveTls(), { opens: false, adds: false }],
    ['a subclass that changes nothing', new (class extends HttpAgent {})(), { opens: false, adds: false }],
    ['adding over Node', new (adding(HttpAgent))(), { opens: false, adds: true }],
    ['adding over Node for https', new (adding(HttpsAgent))(), { opens: false, adds: true }],
    ['adding over agentkeepalive', new (adding(KeepAliveTls))(), { opens: false, adds: true }],
    ['opening', new TunnelAgent(), { opens: true, adds: false }],
    [
      'with a createConnection of its own',
      Object.assign(new HttpAgent(), { createConnection() {} }),
      { opens: true, adds: false },
    ],
    ['opening, writing into requests', new WritingTunnelAgent(), { opens: true, adds: false }],
    ['adding over opening', new (adding(TunnelAgent))(), { opens: true, adds: true }],
    ['of no class of Node', { addRequest() {} }, { opens: true, adds: false }],
  ])('is known by what it does: %s', (_what, agent, kind) => {
    expect(kindOf(agent, 'via')).toEqual(kind)
  })

  it('has any name, as in a minified bundle', () => {
    for (const { prototype } of [KeepAlive, KeepAliveTls] as unknown as { prototype: object }[]) {
      const nameless = Object.create(
        Object.getPrototypeOf(prototype),
        Object.getOwnPropertyDescriptors(prototype),
      )
      Object.defineProperty(nameless, 'constructor', { value: class t {} })
      expect(isPoolingClass(nameless)).toBe(true)
    }
    expect(isPoolingClass(adding(KeepAlive).prototype)).toBe(false)
  })

  it('that is one of ours is known as it is, and by requests that are made again', () => {
    const agents = ntlmAgents({ username: 'u', password: 'p', origins: '*' })
    const tracked = agents.track({})
    expect(() => agents.track({ via: { http: agents.http, https: tracked.https } })).not.toThrow()
    expect(() => kindOf(tracked.http, 'via.http')).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining('via.http') }),
    )
  })
})
