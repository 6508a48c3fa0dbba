import { Agent } from 'node:http'
import got from 'got'
import { describe, expect, it } from 'vitest'
import { identities, ntlm } from '../src/index.js'

const options = (wrote: object) => () => ntlm({ ...good, ...wrote })
const call =
  (...given: unknown[]) =>
  () =>
    ntlm(...(given as [never, never]))
const none = (name: string) => `There is no option '${name}'.`

const good = { username: 'LAB\\alice', password: 'Passw0rd!', origins: 'https://intranet.corp' }
const shared = { origins: 'https://intranet.corp' }

describe('what is said to whoever wrote', () => {
  it.each<[wrote: string, call: () => unknown, message: string | RegExp, hint: string | RegExp]>([
    [
      'the instance first',
      call(got, good),
      'ntlm() takes options, and no got instance.',
      /^Write got\.extend\(ntlm\(/,
    ],
    [
      'the instance second',
      call(good, got),
      'ntlm() takes options, and no got instance.',
      /^Write got\.extend\(ntlm\(/,
    ],
    [
      'the options first, for identities',
      () => identities(shared as never, got as never),
      'The first argument is no got instance.',
      /^Write identities\(got, options\)/,
    ],
    [
      'connections',
      options({ connections: 5 }),
      none('connections'),
      /^The most connections to one origin are maxSockets: ntlm\(options, \{ maxSockets \}\)\. The options are/,
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
      /^TLS and agent options are the second argument: ntlm\(options, \{ ca \}\); or those of TLS stay in got's https\. The options are username, .*, firstLeg\.$/,
    ],
    ['agent', options({ agent: {} }), none('agent'), /^That is got's own: got\.extend\(\{ agent \}, ntlm\(/],
    [
      'http2',
      options({ http2: true }),
      none('http2'),
      /^NTLM authenticates a connection and HTTP\/2 shares it: leave it out\./,
    ],
    [
      'prefixURL',
      options({ prefixURL: 'x' }),
      none('prefixURL'),
      /^Did you mean 'prefixUrl'\? That is got's own/,
    ],
    [
      'maxsockets, second',
      () => ntlm(good, { maxsockets: 1 } as never),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'maxsockets, of the instance’s own agent',
      () => got.extend({ agent: { http: new Agent({ maxsockets: 1 } as never) } }, ntlm(good)),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'maxsockets, of identities',
      () => identities(got, shared, { maxsockets: 1 } as never),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'ca, of identities',
      () => identities(got, { ...shared, ca: 'x' } as never),
      none('ca'),
      /^TLS and agent options are the third argument: identities\(got, options, \{ ca \}\)/,
    ],
    [
      'http2 behind',
      () => got.extend(ntlm(good), { http2: true }),
      'In the got options http2 is true, and NTLM cannot work that way.',
      /leave it out\.$/,
    ],
    [
      'an agent that is none behind',
      () => got.extend(ntlm(good), { agent: { http: {} as never } }),
      /has no addRequest/,
      /Give an http\.Agent/,
    ],
  ])('%s', (_wrote, call, message, hint) => {
    expect(call).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
        hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
      }),
    )
  })
})
