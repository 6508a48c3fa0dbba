// The two sides of every conversation here. Clock and chance stand still: a run with the same seed is the same run.
import { createHmac } from 'node:crypto'
import { Credential, NtlmAcceptor, NtlmInitiator, SpnegoAcceptor, SpnegoInitiator } from '@ntlmkit/core'

const ntHash = Buffer.alloc(16, 9)

export const SERVER_CHALLENGE = Buffer.alloc(8, 0x42)
export const KRB5 = '1.2.840.113554.1.2.2'

/** @type {import('@ntlmkit/core').Entropy} */
const entropy = { now: () => Date.UTC(2026, 10, 25), randomBytes: (size) => Buffer.alloc(size, 0x42) }
const binding = Buffer.alloc(16, 5)

/** @param {string} user */
export const credentialOf = (user) => new Credential({ user, domain: 'LAB' }, ntHash, Buffer.alloc(16, 8))

const alice = credentialOf('alice')

/** @param {Partial<import('@ntlmkit/core').NtlmInitiatorOptions>} [options] */
export function initiator(options) {
  return new NtlmInitiator({
    credential: alice,
    targetName: 'HTTP/server',
    channelBinding: binding,
    workstation: 'DESK',
    entropy,
    ...options,
  })
}

/**
 * Knows everybody but "nobody" by the same secret.
 *
 * @param {Partial<import('@ntlmkit/core').NtlmAcceptorOptions>} [options]
 */
export function acceptor(options) {
  return new NtlmAcceptor({
    accounts: ({ user }) => (user === 'nobody' ? undefined : { ntHash }),
    names: { netbiosDomain: 'LAB', netbiosComputer: 'SERVER', dnsDomain: 'lab.test' },
    channelBinding: 'accept',
    expectedBinding: binding,
    spn: (name) => name !== 'HTTP/other',
    entropy,
    ...options,
  })
}

/** Lets in whom it can: everything behind the first checks is reached. */
export function lenientAcceptor() {
  return acceptor({
    mic: 'accept',
    timestamp: false,
    allow: { anonymous: true, guest: true },
    legacy: { ntlmV1: true, lm: true },
  })
}

export function spnegoInitiator() {
  return new SpnegoInitiator({ mechanism: initiator({ services: { integrity: true } }) })
}

/** @param {'require' | 'accept'} [mechListMic] */
export function spnegoAcceptor(mechListMic) {
  return new SpnegoAcceptor({ mechanism: acceptor(), mechListMic })
}

/**
 * NTOWFv2 of whoever is named ([MS-NLMP] 3.3.2); names beyond ASCII are not upper-cased as Windows does it.
 *
 * @param {string} user
 * @param {string} domain
 */
export function ntowfV2(user, domain) {
  const name = Buffer.from(user.toUpperCase() + domain, 'utf16le')
  return createHmac('md5', ntHash).update(name).digest()
}
