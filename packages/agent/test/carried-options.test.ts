import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import AgentKeepAlive from 'agentkeepalive'
import { expect, it } from 'vitest'
import { carriedOptions } from '../src/carried-options.js'

it.each<[string, object, object]>([
  ['none', new HttpAgent(), {}],
  ['none of agentkeepalive', new AgentKeepAlive(), {}],
  ['none of agentkeepalive for https', new AgentKeepAlive.HttpsAgent(), {}],
  ['what is decided here', new HttpsAgent({ keepAlive: false, maxCachedSessions: 5 }), {}],
  ['of the pool', new HttpAgent({ maxSockets: 3, timeout: 500 }), { maxSockets: 3, timeout: 500 }],
  ['of TLS', new HttpsAgent({ ca: 'x', rejectUnauthorized: false }), { ca: 'x', rejectUnauthorized: false }],
  ['of a connection', new HttpAgent({ localAddress: '127.0.0.1' }), { localAddress: '127.0.0.1' }],
  [
    'a free timeout, and not the timeout made of it',
    new AgentKeepAlive({ freeSocketTimeout: 9000 }),
    { freeSocketTimeout: 9000 },
  ],
  ['a timeout that was said', new AgentKeepAlive({ timeout: 9000 }), { timeout: 9000 }],
  ['an option of tomorrow', new HttpAgent({ tomorrow: 1 } as never), { tomorrow: 1 }],
])('a plain agent is its options: %s', (_what, agent, expected) => {
  expect(carriedOptions(agent, true)).toEqual(expected)
})

it('an agent that adds to requests has options of its own beside them', () => {
  const agent = new HttpAgent({ cookies: {}, localAddress: '127.0.0.1' } as never)
  expect(carriedOptions(agent, false)).toEqual({ localAddress: '127.0.0.1' })
})
