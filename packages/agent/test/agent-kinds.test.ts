import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { nodeInternals } from '@ntlmkit/transport'
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

const opening = (Base: unknown) =>
  class extends (Base as AgentClass) {
    override createConnection() {
      return undefined
    }

    calcSocketTimeout() {}
  }

class NamedAlike extends TunnelAgent {
  get freeSocketKeepAliveTimeout() {
    return 1
  }

  calcSocketTimeout() {}
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
    ['opening over agentkeepalive', new (opening(KeepAlive))(), { opens: true, adds: false }],
    ['opening, with the names of agentkeepalive', new NamedAlike(), { opens: true, adds: false }],
    ['a Proxy over one of Node', new Proxy(new HttpAgent(), {}), { opens: false, adds: false }],
    [
      'a Proxy that shows a createConnection',
      new Proxy(new HttpAgent(), {
        get: (agent, name) => (name === 'createConnection' ? () => undefined : Reflect.get(agent, name)),
      }),
      { opens: true, adds: false },
    ],
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
    expect(isPoolingClass(opening(KeepAlive).prototype)).toBe(false)
  })

  it('of agentkeepalive, in which somebody has put a way of their own, opens', () => {
    const { prototype } = KeepAlive as unknown as { prototype: object }
    const other = Object.create(HttpAgent.prototype, {
      ...Object.getOwnPropertyDescriptors(prototype),
      createConnection: { value: () => undefined },
    })
    expect(isPoolingClass(other)).toBe(false)
  })

  it('that requests were sent through is of the kind that it was', async () => {
    const agent = new (adding(HttpAgent))()
    nodeInternals.passThrough(
      agent,
      {} as never,
      {},
      () => {},
      () => new Error(),
    )
    expect(kindOf(agent, 'via')).toEqual({ opens: false, adds: true })
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
