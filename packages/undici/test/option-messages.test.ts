import { describe, expect, it } from 'vitest'
import { identities, NtlmAgent, type NtlmAgentOptions } from '../src/index.js'

const agent = (wrote: object) => () => new NtlmAgent({ ...good, ...wrote } as NtlmAgentOptions)
const none = (name: string) => `There is no option '${name}'.`

const good = { username: 'LAB\\alice', password: 'Passw0rd!', origins: 'https://intranet.corp' }
const shared = { origins: 'https://intranet.corp' }

describe('what is said to whoever wrote', () => {
  it.each<[wrote: string, call: () => unknown, message: string, hint: string | RegExp]>([
    [
      'ca',
      agent({ ca: 'x' }),
      none('ca'),
      /^TLS options go into connect: \{ ca \}\. The options are username, .*connections, connect, client, others\.$/,
    ],
    ['cert', agent({ cert: 'x' }), none('cert'), /^TLS options go into connect: \{ cert \}\./],
    ['pfx', agent({ pfx: 'x' }), none('pfx'), /^TLS options go into connect: \{ pfx \}\./],
    [
      'rejectUnauthorised',
      agent({ rejectUnauthorised: false }),
      none('rejectUnauthorised'),
      /^Did you mean 'rejectUnauthorized'\? TLS options go into connect: \{ rejectUnauthorized \}\./,
    ],
    [
      'allowH2',
      agent({ allowH2: true }),
      none('allowH2'),
      /^HTTP\/2 shares one connection, and NTLM authenticates it whole: leave it out\./,
    ],
    [
      'maxSockets',
      agent({ maxSockets: 5 }),
      none('maxSockets'),
      /^The most connections to one origin are connections: new NtlmAgent\(\{ connections \}\)\. The options are/,
    ],
    [
      'timeout',
      agent({ timeout: 5 }),
      none('timeout'),
      /^handshakeTimeout bounds connecting and the handshake, undici's client: \{ headersTimeout \} the wait for an answer\. The options are/,
    ],
    [
      'client: timeout',
      agent({ client: { timeout: 5 } }),
      "The client option 'timeout' cannot be honoured.",
      /^handshakeTimeout bounds connecting/,
    ],
    ['keepAlive', agent({ keepAlive: true }), none('keepAlive'), /^A connection is kept open anyway/],
    [
      'origin, and a client that cannot be',
      agent({ origins: undefined, origin: 'x', client: { pipelining: 9 } }),
      none('origin'),
      /^Did you mean 'origins'\?/,
    ],
    [
      'bodyTimeout',
      agent({ bodyTimeout: 1 }),
      none('bodyTimeout'),
      /^Options of undici's Client go into client: \{ bodyTimeout \}\./,
    ],
    ['connection', agent({ connection: 1 }), none('connection'), /^Did you mean 'connections'\?/],
    ['dispatcher', agent({ dispatcher: {} }), none('dispatcher'), /is given as others\./],
    ['httpsAgent', agent({ httpsAgent: {} }), none('httpsAgent'), /^undici takes no agents of node:http:/],
    [
      'others: an agent of node:http',
      agent({ others: {} }),
      'The others option is no dispatcher: it has no dispatch().',
      'Give one of undici: others: new Agent({ connect }).',
    ],
    [
      'connect: rejectUnauthorised',
      agent({ connect: { rejectUnauthorised: false } }),
      "There is no connect option 'rejectUnauthorised'.",
      "Write 'rejectUnauthorized'.",
    ],
    [
      'client: headerTimeout',
      agent({ client: { headerTimeout: 1 } }),
      "The client option 'headerTimeout' cannot be honoured.",
      /^Did you mean 'headersTimeout'\?/,
    ],
    [
      'client: ca',
      agent({ client: { ca: 'x' } }),
      "The client option 'ca' cannot be honoured.",
      /^TLS options go into connect: \{ ca \}\./,
    ],
    [
      'ca, of identities',
      () => identities({ ...shared, ca: 'x' } as never),
      none('ca'),
      /^TLS options go into connect: .*others, max\.$/,
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
