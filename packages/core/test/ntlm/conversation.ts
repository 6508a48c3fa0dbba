import { type CredentialOptions, Credentials } from '../../src/credentials.js'
import { type Acceptor, NtlmAcceptor } from '../../src/ntlm/acceptor.js'
import type { NtlmAcceptorOptions } from '../../src/ntlm/acceptor-options.js'
import { NtlmInitiator, type NtlmInitiatorOptions } from '../../src/ntlm/initiator.js'
import type { AcceptorVerdict } from '../../src/ntlm/verdict.js'
import type { SecurityContext } from '../../src/security-context.js'

export const PASSWORD = 'Secr3t!'
export const NAMES = { netbiosDomain: 'LAB', netbiosComputer: 'SERVER' }

/** The credential of LAB\alice, or of whoever the options name. */
export async function credentialOf(options: Partial<CredentialOptions> = {}) {
  const { username = 'LAB\\alice', password = PASSWORD, ...others } = options
  return await new Credentials({ username, password, ...others }).resolve()
}

export async function initiatorWith(
  options: Partial<NtlmInitiatorOptions> & { account?: Partial<CredentialOptions> } = {},
): Promise<NtlmInitiator> {
  const { account, ...others } = options
  const credential = await credentialOf({ legacy: options.legacy, ...account })
  return new NtlmInitiator({ credential, ...others })
}

/** An acceptor that knows everybody by the same password. */
export function acceptorWith(options: Partial<NtlmAcceptorOptions> = {}): NtlmAcceptor {
  return new NtlmAcceptor({ accounts: () => ({ password: PASSWORD }), names: NAMES, ...options })
}

/** The tokens that went to and fro, and what came of them. */
export interface Conversation {
  verdict: AcceptorVerdict
  /** Every token, in the order they were sent. */
  tokens: Uint8Array[]
}

/** Lets two sides talk until the acceptor has its verdict and the initiator has taken the last token. */
export async function converse(
  initiator: SecurityContext,
  acceptor: Acceptor,
  { connectionless = false } = {},
): Promise<Conversation> {
  const tokens: Uint8Array[] = []
  let toAcceptor = connectionless ? undefined : (await initiator.step()).token
  if (toAcceptor) tokens.push(toAcceptor)
  for (let round = 0; round < 8; round++) {
    const { token, verdict } = await acceptor.step(toAcceptor)
    if (token) tokens.push(token)
    const answer = token && (await initiator.step(token))
    if (verdict) return { verdict, tokens }
    toAcceptor = answer?.token
    if (toAcceptor === undefined) throw new Error('The initiator has nothing more to say.')
    tokens.push(toAcceptor)
  }
  throw new Error('The two sides do not come to an end.')
}
