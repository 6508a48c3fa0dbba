import { Agent } from 'node:http'
import axios from 'axios'
import { describe, expect, it } from 'vitest'
import { identities, ntlm } from '../src/index.js'

const options = (wrote: object) => () => ntlm(axios.create(), { ...good, ...wrote })
const third = (wrote: object) => () => ntlm(axios.create(), good, wrote)
const call =
  (...given: unknown[]) =>
  () =>
    ntlm(...(given as [never, never]))
const none = (name: string) => `There is no option '${name}'.`

const good = { username: 'LAB\\alice', password: 'Passw0rd!', origins: 'https://intranet.corp' }
const shared = { origins: 'https://intranet.corp' }

describe('what is said to whoever wrote', () => {
  it.each<[wrote: string, call: () => unknown, message: string, hint: string | RegExp]>([
    [
      'the options first',
      call(good, axios.create()),
      'The arguments are in the wrong order.',
      'Write ntlm(axios.create(), options).',
    ],
    [
      'the options alone',
      call(good),
      'The first argument is an object with options, and no axios instance.',
      'Write ntlm(axios.create(), options).',
    ],
    [
      'no options',
      call(axios.create()),
      'The options are missing.',
      'Give at least username, password and origins.',
    ],
    [
      'the options first, for identities',
      () => identities(shared as never, (() => axios.create()) as never),
      'The arguments are in the wrong order.',
      'Write identities(() => axios.create(), options).',
    ],
    [
      'connections',
      options({ connections: 5 }),
      none('connections'),
      /^The most connections to one origin are maxSockets: ntlm\(instance, options, \{ maxSockets \}\)\. The options are/,
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
      /^TLS and agent options are the third argument: ntlm\(instance, options, \{ ca \}\); or .*httpsAgent with them\. The options are username, .*, firstLeg\.$/,
    ],
    [
      'rejectUnauthorized',
      options({ rejectUnauthorized: false }),
      none('rejectUnauthorized'),
      /^TLS and agent options are the third argument/,
    ],
    [
      'httpsAgent',
      options({ httpsAgent: {} }),
      none('httpsAgent'),
      /^That is axios's own: axios\.create\(\{ httpsAgent \}\)\./,
    ],
    [
      'baseURL',
      options({ baseURL: 'x' }),
      none('baseURL'),
      /^That is axios's own: axios\.create\(\{ baseURL \}\)\./,
    ],
    ['user', options({ user: 'x' }), none('user'), /^Did you mean 'username'\?/],
    [
      'maxsockets, third',
      third({ maxsockets: 1 }),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'maxsockets, of the instance’s own agent',
      () => ntlm(axios.create({ httpAgent: new Agent({ maxsockets: 1 } as never) }), good),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'maxsockets, of identities',
      () => identities(() => axios.create(), shared, { maxsockets: 1 } as never),
      "There is no agent option 'maxsockets'.",
      "Write 'maxSockets'.",
    ],
    [
      'ca, of identities',
      () => identities(() => axios.create(), { ...shared, ca: 'x' } as never),
      none('ca'),
      /^TLS and agent options are the third argument: identities\(make, options, \{ ca \}\)/,
    ],
    [
      'a relative baseURL',
      () => ntlm(axios.create({ baseURL: '/api' }), { ...good, origins: undefined }),
      'The baseURL is relative: it has no origin.',
      /^Name who may get the credentials/,
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
