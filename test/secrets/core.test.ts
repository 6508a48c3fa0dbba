import {
  type Acceptor,
  type Credential,
  Credentials,
  NtlmAcceptor,
  NtlmInitiator,
  type SecurityContext,
  type SessionServices,
  SpnegoAcceptor,
  SpnegoInitiator,
} from '@ntlmkit/core'
import {
  ConnectionAuth,
  type OriginSession,
  OutgoingRequest,
  resolveOptions,
  Session,
} from '@ntlmkit/transport'
import { describe, expect, it } from 'vitest'
import { ntHashOf } from '../../packages/core/src/ntlm/response.js'
import type { LogOn } from '../../packages/transport/src/rules/log-ons.js'
import { Canary, Search } from './canary.js'
import { handshakeSecrets } from './handshake-secrets.js'
import { type SecretKind, secretOptions } from './scenes.js'
import { PASSWORD, USERNAME } from './secret-account.js'
import { Sightings } from './sightings.js'

const ntHash = ntHashOf(PASSWORD)
const known = [Canary.ofText('password', PASSWORD), Canary.ofBytes('NT hash', ntHash)]
const KINDS: SecretKind[] = [
  'password',
  'function',
  'async function',
  'hash bytes',
  'hash digits',
  'hash function',
]

/** What was said, in the form in which a recorder writes it down. */
const line = (token: Uint8Array) => `NTLM ${Buffer.from(token).toString('base64')}\r\n`

function credentials(kind?: SecretKind): Credentials {
  return new Credentials({ username: USERNAME, ...secretOptions(kind, ntHash) })
}

/** Looks at both sides before and after every message. */
class Observed {
  readonly #sightings = new Sightings()
  readonly #objects: unknown[]
  #conversation = ''

  constructor(...objects: unknown[]) {
    this.#objects = objects
    this.look()
  }

  look(): void {
    for (const object of this.#objects) {
      this.#sightings.show(object!.constructor.name, object, Number.POSITIVE_INFINITY)
    }
  }

  said(token: Uint8Array | undefined): void {
    if (token !== undefined) this.#conversation += line(token)
    this.look()
  }

  show(what: string, value: unknown): void {
    this.#sightings.show(what, value, Number.POSITIVE_INFINITY)
  }

  leaks(): string[] {
    const { keys, proofs } = handshakeSecrets(this.#conversation, ntHash)
    expect(keys.map(({ name }) => name)).toContain('exported session key')
    return new Search([...known, ...keys, ...proofs]).leaks(this.#sightings.exposed)
  }
}

async function converse(
  initiator: SecurityContext,
  acceptor: Acceptor,
  connectionless = false,
): Promise<Observed> {
  const observed = new Observed(initiator, acceptor)
  let token = connectionless ? undefined : (await initiator.step()).token
  if (token) observed.said(token)
  for (let turn = 0; turn < 3; turn++) {
    const answer = await acceptor.step(token)
    observed.said(answer.token)
    if (answer.verdict) observed.show('the verdict', answer.verdict)
    if (answer.token === undefined) break
    token = (await initiator.step(answer.token)).token
    observed.said(token)
    if (token === undefined) break
  }
  return observed
}

const NAMES = { netbiosDomain: 'LAB', netbiosComputer: 'SERVER' }
const acceptor = (
  services?: SessionServices,
  secret: { password: string } | { ntHash: Buffer } = { password: PASSWORD },
) => new NtlmAcceptor({ accounts: () => secret, names: NAMES, services })

describe('an account shows nothing secret', () => {
  it.each(KINDS)('given by: %s', async (kind) => {
    const source = credentials(kind)
    const resolved = await source.resolve()
    const key = resolved.ntowfV2()
    const sightings = new Sightings()
    sightings.show('the credentials', [source, resolved, `${source} ${resolved}`], Number.POSITIVE_INFINITY)
    expect(new Search([...known, Canary.ofBytes('NTOWFv2', key)]).leaks(sightings.exposed)).toEqual([])
  })
})

describe('both sides of a context show nothing secret at any step', () => {
  it('NTLM', async () => {
    const credential = await credentials('hash bytes').resolve()
    const observed = await converse(new NtlmInitiator({ credential }), acceptor(undefined, { ntHash }))
    expect(observed.leaks()).toEqual([])
  })

  it.each<[string, SessionServices]>([
    ['NTLM with sealing', { confidentiality: true }],
    ['connectionless NTLM', { confidentiality: true, datagram: true }],
  ])('%s, and their messages', async (_name, services) => {
    const credential = await credentials().resolve()
    const initiator = new NtlmInitiator({ credential, services })
    const accepting = acceptor(services)
    const observed = await converse(initiator, accepting, services.datagram)
    const sequence = services.datagram ? 0 : undefined
    const { sealed, signature } = initiator.session!.seal(Buffer.from('a message'), sequence)
    accepting.session!.unseal(sealed, signature, sequence)
    observed.look()
    observed.show('the sessions', [initiator.session, accepting.session])
    expect(observed.leaks()).toEqual([])
  })

  it('SPNEGO', async () => {
    const credential = await credentials().resolve()
    const initiator = new SpnegoInitiator({
      mechanism: new NtlmInitiator({ credential, services: { integrity: true } }),
    })
    const observed = await converse(initiator, new SpnegoAcceptor({ mechanism: acceptor() }))
    observed.show('the session', initiator.session)
    expect(observed.leaks()).toEqual([])
  })

  it('LAN Manager', async () => {
    const account = new Credentials({
      username: USERNAME,
      password: 'ZEBRA-QUILL',
      legacy: { ntlmV1: true, lm: true },
    })
    const resolved = (await account.resolve()) as Credential
    const sightings = new Sightings()
    sightings.show('the credentials', [account, resolved], Number.POSITIVE_INFINITY)
    const canaries = [
      Canary.ofBytes('LM hash', resolved.lmowfV1()!),
      Canary.ofText('password', 'ZEBRA-QUILL'),
    ]
    expect(new Search(canaries).leaks(sightings.exposed)).toEqual([])
  })
})

describe('the state machine of a connection shows nothing secret in any state', () => {
  it.each(['ntlm', 'negotiate'] as const)('%s', async (scheme) => {
    const options = resolveOptions({
      username: USERNAME,
      password: PASSWORD,
      origins: '*',
      schemes: [scheme],
    })
    const session = new Session(options).at('http://intranet.corp')
    const auth = new ConnectionAuth(session)
    const request = new OutgoingRequest({
      method: 'GET',
      path: '/',
      hasBody: false,
      replayable: true,
      canCarry: true,
    })
    const observed = new Observed(auth, session, request)
    observed.show('the options', options)

    auth.begin(request)
    const negotiate = tokenOf(await auth.negotiate(await options.credentials.resolve()))
    observed.said(negotiate)
    const mechanism = acceptor()
    const accepting = scheme === 'ntlm' ? mechanism : new SpnegoAcceptor({ mechanism })
    const { token: challenge } = await accepting.step(negotiate)
    observed.said(challenge)
    auth.answer({ status: 401, headers: { 'www-authenticate': field(scheme, challenge) } })
    const authenticate = tokenOf(await auth.authenticate(await turnAt(session, auth)))
    observed.said(authenticate)
    const { token: last } = await accepting.step(authenticate)
    expect(
      auth.answer({ status: 200, headers: last ? { 'www-authenticate': field(scheme, last) } : {} }),
    ).toMatchObject({ do: 'deliver' })
    expect(auth.state).toBe('authenticated')
    observed.look()
    expect(observed.leaks()).toEqual([])
  })
})

/** The log-on that the rules admit. */
function turnAt({ logOns }: OriginSession, auth: ConnectionAuth): Promise<LogOn> {
  return new Promise((admitted, refused) => {
    let entered: LogOn
    const waiter = { admit: () => admitted(entered), refuse: refused }
    logOns.enter(auth.logOnPlace, waiter, (logOn) => {
      entered = logOn
    })
  })
}

function tokenOf(step: { authorization?: string } | object): Buffer {
  const { authorization = '' } = step as { authorization?: string }
  return Buffer.from(authorization.split(' ')[1], 'base64')
}

function field(scheme: string, token: Uint8Array | undefined): string {
  return `${scheme} ${Buffer.from(token!).toString('base64')}`
}
