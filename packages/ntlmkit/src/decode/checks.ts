import type { X509Certificate } from 'node:crypto'
import { channelBindingFor, decodeChallenge, NtlmError, shown, verifyAuthenticate } from '@ntlmkit/core'
import type { Observation } from '@ntlmkit/inspect'
import type { Messages } from './conversation.js'

/** The outcome of one check. `unchecked` says why in its detail. */
export interface Check {
  readonly name: 'response' | 'MIC' | 'binding'
  readonly result: 'right' | 'wrong' | 'absent' | 'unchecked'
  readonly detail: string
}

/** A handshake that was checked. */
export interface Checked {
  readonly checks: readonly Check[]
  /** The same for the diagnosis: what is neither right nor wrong is absent. */
  readonly verified: Observation['verified']
}

/** The secret of the account. */
export type Secret = { readonly password: string } | { readonly ntHash: Uint8Array }

const NO_BINDING = '0'.repeat(32)

/** Checks a handshake as the server does: the response against the secret, the MIC, the binding to the certificate. */
export async function checkHandshake(
  { negotiate, challenge, authenticate }: Messages,
  secret: Secret,
  certificate: X509Certificate | undefined,
): Promise<Checked> {
  const conversation = {
    challenge: decodeChallenge(challenge),
    transcript: negotiate === undefined ? [challenge] : [negotiate, challenge],
  }
  const { verdict } = await verifyAuthenticate(authenticate, conversation, {
    accounts: async () => secret,
    names: { netbiosDomain: '', netbiosComputer: '' },
    mic: 'accept',
    allow: { anonymous: true, guest: true },
    legacy: { ntlmV1: true },
  })
  const checks = [
    response(verdict.failed),
    mic(verdict.mic, verdict.failed, negotiate !== undefined),
    binding(verdict.channelBinding, certificate),
  ]
  const [, ofMic, ofBinding] = checks.map(({ result }) => VERIFIED[result])
  return { checks, verified: { response: madeWith(verdict.failed), mic: ofMic, binding: ofBinding } }
}

const VERIFIED: Readonly<Record<string, boolean>> = { right: true, wrong: false }

/** Undefined for a response that is wrong in another way than by its secret. */
function madeWith(failed: string | undefined): boolean | undefined {
  if (failed === 'ntlm-v2' || failed === 'target-info') return undefined
  return failed !== 'password'
}

function response(failed: string | undefined): Check {
  const name = 'response'
  if (failed === 'password') {
    return {
      name,
      result: 'wrong',
      detail: 'it is not made of this secret, this account name and this CHALLENGE',
    }
  }
  if (failed === 'ntlm-v2') return { name, result: 'wrong', detail: 'it is of no known kind' }
  if (failed === 'target-info') {
    const detail = 'made with this secret, but it does not repeat what the CHALLENGE says of the server'
    return { name, result: 'wrong', detail }
  }
  return { name, result: 'right', detail: 'made with this secret' }
}

function mic(announced: boolean, failed: string | undefined, whole: boolean): Check {
  const name = 'MIC'
  if (!announced) return { name, result: 'absent', detail: 'the client sends none' }
  if (!whole) return { name, result: 'unchecked', detail: 'it is over the NEGOTIATE too, which is not here' }
  if (failed === 'mic')
    return { name, result: 'wrong', detail: 'one of the three messages was changed on its way' }
  if (failed !== undefined)
    return { name, result: 'unchecked', detail: 'there is no key without the right response' }
  return { name, result: 'right', detail: 'over all three messages' }
}

function binding(sent: string | undefined, certificate: X509Certificate | undefined): Check {
  const name = 'binding'
  if (sent === undefined || sent === NO_BINDING) {
    return { name, result: 'absent', detail: 'the client binds to no certificate' }
  }
  if (certificate === undefined) {
    return { name, result: 'unchecked', detail: '--certificate names the certificate to compare with' }
  }
  try {
    const expected = channelBindingFor(certificate.raw).toString('hex')
    if (expected === sent) return { name, result: 'right', detail: 'it names this certificate' }
    return { name, result: 'wrong', detail: `it names another certificate: this one's is ${expected}` }
  } catch (error) {
    if (error instanceof NtlmError) return { name, result: 'unchecked', detail: shown(error.message) }
    throw error
  }
}
