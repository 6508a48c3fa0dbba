import { NtlmError } from '../errors.js'
import { shown } from '../shown.js'

/** ERR_NTLM_REJECTED: the other side said `reject`. */
export function rejectedByPeer(): NtlmError {
  return new NtlmError('ERR_NTLM_REJECTED', 'The other side rejected the SPNEGO negotiation.', {
    phase: 'authenticate',
    hint: 'Check the account and the password; and whether the other side allows NTLM within Negotiate at all.',
  })
}

/** ERR_NTLM_DOWNGRADE: a mechanism was chosen that nobody offered. */
export function otherMechanism(chosen: string, offered: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_DOWNGRADE',
    `The other side chose mechanism ${shown(chosen)}, and ${offered} was offered.`,
    {
      phase: 'challenge',
      hint: 'It may take Kerberos only, or somebody changed the list of mechanisms on the way.',
    },
  )
}

/** ERR_NTLM_INTEGRITY: a signature was asked for, and its counterpart did not come. */
export function mechListMicMissing(): NtlmError {
  return new NtlmError('ERR_NTLM_INTEGRITY', 'The list of mechanisms should be signed, and is not.', {
    phase: 'authenticate',
    hint: 'The other side promised a mechListMIC (request-mic), or somebody took it away.',
  })
}

/** ERR_NTLM_DOWNGRADE: a signature is asked for that the mechanism cannot make. */
export function cannotSign(): NtlmError {
  return new NtlmError(
    'ERR_NTLM_DOWNGRADE',
    'The other side wants a mechListMIC, and NTLMSSP_NEGOTIATE_SIGN is missing.',
    {
      phase: 'authenticate',
      hint: 'Make the inner context with services: { integrity: true }.',
    },
  )
}
