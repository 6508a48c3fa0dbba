import { Agent } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type AgentOptions, identities, ntlmAgents } from '../src/index.js'

const options = (wrote: object) => () => ntlmAgents({ ...good, ...wrote })
const second = (wrote: object) => () => ntlmAgents(good, wrote as AgentOptions)
const none = (name: string) => `There is no option '${name}'.`

const good = { username: 'LAB\\alice', password: 'Passw0rd!', origins: 'https://intranet.corp' }
const shared = { origins: 'https://intranet.corp' }

describe('what is said to whoever wrote', () => {
  it.each<[wrote: string, call: () => unknown, message: string, hint: string | RegExp]>([
    [
      'connections',
      options({ connections: 5 }),
      none('connections'),
      /^The most connections to one origin are maxSockets: ntlmAgents\(options, \{ maxSockets \}\)\. The options are/,
    ],
    [
      'origin alone',
      options({ origins: undefined, origin: 'x' }),
      none('origin'),
      /^Did you mean 'origins'\?/,
    ],
    [
      'ca',
      options({ ca: 'x' }),
      none('ca'),
      /^TLS and agent options are the second argument: ntlmAgents\(options, \{ ca \}\)\. The options are username, .*, firstLeg\.$/,
    ],
    [
      'maxsockets',
      options({ maxsockets: 1 }),
      none('maxsockets'),
      /^Did you mean 'maxSockets'\? TLS and agent options are the second argument: ntlmAgents\(options, \{ maxSockets \}\)\./,
    ],
    [
      'agent',
      options({ agent: {} }),
      none('agent'),
      /^An agent that opens the connections is `via` in the second argument/,
    ],
    ['pass', options({ pass: 'x' }), none('pass'), /^Did you mean 'password'\?/],
    [
      'ca, of identities',
      () => identities({ ...shared, ca: 'x' } as never),
      none('ca'),
      /^TLS and agent options are the second argument: identities\(options, \{ ca \}\)\. .*, max\.$/,
    ],
    [
      'maxsockets, second',
      second({ maxsockets: 1 }),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'maxsockets, for https',
      second({ https: { maxsockets: 1 } }),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'maxsockets, of an agent that lends its options',
      second({ via: new Agent({ maxsockets: 1 } as never) }),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'maxsockets, of identities',
      () => identities(shared, { maxsockets: 1 } as never),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    ['CA', second({ CA: 'x' }), "There is no agent option 'CA'.", "Write 'ca'."],
    [
      'via for https',
      second({ https: { via: new Agent() } }),
      "The agent option 'via' cannot be honoured.",
      'Give it beside `http` and `https`: via: { http, https }.',
    ],
    [
      'password, second',
      second({ password: 'x' }),
      "'password' is no agent option.",
      /which are the argument before these\.$/,
    ],
    [
      'a number, second',
      () => ntlmAgents(good, 5 as never),
      'The agent options are no object.',
      /^Write ntlmAgents\(options, /,
    ],
  ])('%s', (_wrote, call, message, hint) => {
    expect(call).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message,
        hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
      }),
    )
  })
})
