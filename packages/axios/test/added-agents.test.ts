import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { expect, it } from 'vitest'
import { addsToRequestsOnly } from '../src/added-agents.js'

type AgentClass = new (options?: object) => HttpAgent

/** An agent that adds something to requests, over this one. */
const adding = (Base: AgentClass) =>
  class extends Base {
    addRequest() {}
  }

class TunnelAgent extends HttpAgent {
  override createConnection() {
    return undefined
  }
}

it.each<[string, unknown, boolean]>([
  ['adds something to requests over http.Agent', new (adding(HttpAgent as AgentClass))(), true],
  ['adds something to requests over https.Agent', new (adding(HttpsAgent as unknown as AgentClass))(), true],
  ['is one of Node', new HttpAgent(), false],
  ['adds nothing', new (class CookieAgent extends HttpAgent {})(), false],
  ['opens connections below', new (adding(TunnelAgent as unknown as AgentClass))(), false],
  ['goes through a proxy', new (adding(HttpAgent as AgentClass))({ proxyEnv: {} }), false],
  ['is none', { addRequest() {} }, false],
])('an agent that %s: %o gets our sockets: %s', (_what, agent, expected) => {
  expect(addsToRequestsOnly(agent)).toBe(expected)
})
