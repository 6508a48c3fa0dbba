import { connect as connectTls } from 'node:tls'
import { type NtlmErrorCode, SessionSecurity, tlsServerEndPoint } from '@ntlmkit/core'
import { createNtlmServer, type NtlmServer, type NtlmServerOptions } from '@ntlmkit/server'
import { NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import { buildConnector, request } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import { ntHashOf } from '../../packages/core/src/ntlm/response.js'
import { Canary, Search } from './canary.js'
import { scenes } from './scenes.js'
import { PASSWORD, USERNAME } from './secret-account.js'
import { Sightings } from './sightings.js'

const KEY = Buffer.from('5d1e0b7fa94c2e83c6f0d18a3b927745', 'hex')
const search = new Search([
  Canary.ofText('password', PASSWORD),
  Canary.ofBytes('NT hash', ntHashOf(PASSWORD)),
  Canary.ofBytes('exported session key', KEY),
])

async function requestVia(connector: NtlmAgentOptions['connect'], url: string): Promise<unknown> {
  const dispatcher = new NtlmAgent({
    username: USERNAME,
    password: PASSWORD,
    origins: '*',
    connect: connector,
  })
  onTestFinished(() => dispatcher.destroy())
  return request(url, { dispatcher })
}

async function start(options: Partial<NtlmServerOptions>): Promise<NtlmServer> {
  const server = createNtlmServer({ users: { [USERNAME]: PASSWORD }, ...options })
  onTestFinished(() => server.close())
  return server.listen()
}

/** What no scene brings about: it takes options that are refused, or something wrong on the client's own side. */
const ELSEWHERE: readonly [NtlmErrorCode, string, () => Promise<unknown>][] = [
  [
    'ERR_NTLM_HTTP2',
    'a connector that brings HTTP/2',
    async () => {
      const { ca, url } = await start({ tls: true, http2: 'challenge' })
      return requestVia(buildConnector({ ca, allowH2: true }), url)
    },
  ],
  [
    'ERR_NTLM_CHANNEL_BINDING',
    'a connector that brings TLS before it is secure',
    async () => {
      const { port } = await start({ tls: true })
      return requestVia(
        (_target, done) => done(null, connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })),
        `https://127.0.0.1:${port}`,
      )
    },
  ],
  [
    'ERR_NTLM_CHANNEL_BINDING',
    'a certificate that is none',
    async () => tlsServerEndPoint(Buffer.from(PASSWORD)),
  ],
  [
    'ERR_NTLM_INTEGRITY',
    'a message that was changed',
    async () => {
      const session = { exportedSessionKey: KEY, flags: 0xe2888235 }
      const { sealed, signature } = new SessionSecurity({ ...session, role: 'acceptor' }).seal(
        Buffer.from(PASSWORD),
      )
      new SessionSecurity({ ...session, role: 'initiator' }).unseal(sealed.reverse(), signature)
    },
  ],
]

it.each(ELSEWHERE)('%s: %s', async (code, _how, provoke) => {
  const error = await provoke().catch((reason) => reason)
  expect(error).toMatchObject({ name: 'NtlmError', code })
  const sightings = new Sightings()
  sightings.show('the error', error, Number.POSITIVE_INFINITY)
  expect(search.leaks(sightings.exposed)).toEqual([])
})

/** Complete, or it does not compile. */
const CODES: Record<NtlmErrorCode, 'scenes' | 'errors' | 'options'> = {
  ERR_NTLM_CONFIG: 'options',
  ERR_NTLM_NOT_OFFERED: 'scenes',
  ERR_NTLM_BAD_CHALLENGE: 'scenes',
  ERR_NTLM_DOWNGRADE: 'scenes',
  ERR_NTLM_REJECTED: 'scenes',
  ERR_NTLM_CONNECTION_CLOSED: 'scenes',
  ERR_NTLM_TIMEOUT: 'scenes',
  ERR_NTLM_HTTP2: 'errors',
  ERR_NTLM_BODY_NOT_REPLAYABLE: 'scenes',
  ERR_NTLM_CHANNEL_BINDING: 'errors',
  ERR_NTLM_RESPONSE_TOO_LARGE: 'scenes',
  ERR_NTLM_PROXY: 'options',
  ERR_NTLM_INTEGRITY: 'scenes',
}

it('every code is provoked where this table says, so that its errors are looked at', () => {
  const inScenes = new Set<unknown>(Object.values(scenes).flatMap(({ ends, because }) => [ends, because]))
  const here = new Set<unknown>(ELSEWHERE.map(([code]) => code))
  const found = Object.keys(CODES).map((code) => [
    code,
    inScenes.has(code) ? 'scenes' : here.has(code) ? 'errors' : 'options',
  ])
  expect(Object.fromEntries(found)).toEqual(CODES)
})
