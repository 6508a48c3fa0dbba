// Good messages, tokens and fields, from which bad ones are made.
import { readFileSync } from 'node:fs'
import {
  AvId,
  encodeAvPairs,
  encodeChallenge,
  encodeNegotiate,
  encodeNegTokenInit,
  encodeNegTokenResp,
  NTLM_OID,
} from '@ntlmkit/core'
import {
  acceptor,
  credentialOf,
  initiator,
  KRB5,
  lenientAcceptor,
  spnegoAcceptor,
  spnegoInitiator,
} from './identities.mjs'
import { readInputs } from './input-file.mjs'
import { logs } from './logs.mjs'
import { published } from './published.mjs'
import { recorded } from './recorded.mjs'

/**
 * @typedef {'negotiate' | 'challenge' | 'authenticate' | 'av-pairs' | 'spnego' | 'certificate' | 'field' | 'sealed' | 'log'} Kind
 *   what an input is taken for: says who reads it and how it is changed.
 * @typedef {{ kind: Kind, bytes: Buffer }} Input
 */

/** @param {string} text */
const utf16 = (text) => Buffer.from(text, 'utf16le')

const targetInfo = [
  { id: AvId.NB_DOMAIN_NAME, value: utf16('LAB') },
  { id: AvId.NB_COMPUTER_NAME, value: utf16('SERVER') },
  { id: AvId.DNS_DOMAIN_NAME, value: utf16('lab.test') },
  { id: AvId.FLAGS, value: Buffer.alloc(4) },
  { id: AvId.TIMESTAMP, value: Buffer.alloc(8, 0x21) },
  { id: 0x4711, value: Buffer.from('unknown') },
]

const negotiate = encodeNegotiate({
  flags: 0xe2088235,
  domain: '',
  workstation: '',
  version: Buffer.alloc(8, 1),
})
const challenge = encodeChallenge({
  flags: 0xe28a8235,
  targetName: 'LAB',
  serverChallenge: Buffer.alloc(8, 0x42),
  targetInfo,
  version: Buffer.alloc(8, 2),
})
const oem = encodeChallenge({ flags: 0x8202, targetName: 'LAB', serverChallenge: Buffer.alloc(8, 0x42) })

/**
 * The tokens that two sides exchange, client first.
 *
 * @param {import('@ntlmkit/core').SecurityContext} client
 * @param {import('@ntlmkit/core').Acceptor} server
 */
async function exchanged(client, server) {
  const tokens = []
  let sent = client.step().token
  while (sent !== undefined && tokens.length < 8) {
    tokens.push(Buffer.from(sent))
    const { token, verdict } = await server.step(sent)
    if (token !== undefined) tokens.push(Buffer.from(token))
    if (token === undefined || verdict !== undefined) break
    sent = client.step(token).token
  }
  return tokens
}

/** @type {(kinds: Kind[], tokens: Buffer[]) => Input[]} */
const inTurn = (kinds, tokens) => tokens.map((bytes, turn) => ({ kind: kinds[turn % kinds.length], bytes }))
/** @type {(kind: Kind, ...inputs: Buffer[]) => Input[]} */
const all = (kind, ...inputs) => inputs.map((bytes) => ({ kind, bytes }))

/** @type {Kind[]} */
const MESSAGES = ['negotiate', 'challenge', 'authenticate']
const legacy = { ntlmV1: true, lm: true }
const v1 = { flags: 0x00028235, timestamp: false, legacy }

const made = [
  ...all('negotiate', negotiate, negotiate.subarray(0, 16)),
  ...all('negotiate', encodeNegotiate({ flags: 0x3205, domain: 'LAB', workstation: 'DESK' })),
  ...all('challenge', challenge, challenge.subarray(0, 48), oem),
  ...inTurn(MESSAGES, await exchanged(initiator(), acceptor())),
  ...inTurn(MESSAGES, await exchanged(initiator({ services: { confidentiality: true } }), acceptor())),
  ...inTurn(MESSAGES, await exchanged(initiator(), lenientAcceptor())),
  ...inTurn(MESSAGES, await exchanged(initiator({ credential: 'anonymous' }), lenientAcceptor())),
  ...inTurn(MESSAGES, await exchanged(initiator({ credential: credentialOf('guest') }), acceptor())),
  ...inTurn(MESSAGES, await exchanged(initiator({ credential: credentialOf('nobody') }), acceptor())),
  ...inTurn(MESSAGES, await exchanged(initiator({ channelBinding: Buffer.alloc(16) }), acceptor())),
  ...inTurn(MESSAGES, await exchanged(initiator({ targetName: 'HTTP/other' }), lenientAcceptor())),
  ...inTurn(MESSAGES, await exchanged(initiator({ legacy }), acceptor(v1))),
  ...inTurn(['spnego'], await exchanged(spnegoInitiator(), spnegoAcceptor())),
  ...inTurn(['spnego'], await exchanged(spnegoInitiator(), spnegoAcceptor('require'))),
  ...all('av-pairs', encodeAvPairs(targetInfo)),
  ...all(
    'spnego',
    encodeNegTokenInit({
      kind: 'init',
      mechTypes: [KRB5, NTLM_OID],
      mechToken: negotiate,
      mechListMic: Buffer.alloc(16),
    }),
    encodeNegTokenResp({ kind: 'resp', responseToken: negotiate, mechListMic: Buffer.alloc(16, 3) }),
    encodeNegTokenResp({ kind: 'resp', negState: 'accept-completed', mechListMic: Buffer.alloc(16, 3) }),
    encodeNegTokenResp({ kind: 'resp', negState: 'reject', supportedMech: KRB5 }),
    encodeNegTokenResp({ kind: 'resp', negState: 'request-mic', supportedMech: NTLM_OID }),
    negotiate,
  ),
  ...all('sealed', Buffer.alloc(16, 1), Buffer.alloc(48, 2)),
]

/** As RFC 9110 11.6.1 writes them, and as IIS and Exchange are documented to. */
const documented = [
  'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XX=", userhash=true',
  'Negotiate, NTLM, Basic realm="mail.corp.test"',
  'Bearer client_id="0002", trusted_issuers="0001@*", token_types="app_token service_token", error=invalid',
].map((text) => Buffer.from(text, 'latin1'))

/** What earlier runs found worth keeping. */
export const foundFile = new URL('found.txt', import.meta.url)

/** @type {readonly Input[]} */
export const seeds = [
  ...made,
  ...all('field', ...documented),
  ...published,
  ...recorded,
  ...all('log', ...logs),
]

/** @type {readonly Input[]} */
export const corpus = [...seeds, ...readInputs(readFileSync(foundFile, 'utf8'))]
