import { NtlmError } from '../errors.js'

/** The errors of a negotiation that ends badly. */

export function rejectedByPeer(): NtlmError {
  return new NtlmError('ERR_NTLM_REJECTED', 'The other side rejected the SPNEGO negotiation.', {
    phase: 'authenticate',
    hint: 'Check the account and the password; and whether the other side allows NTLM within Negotiate at all.',
  })
}

export function otherMechanism(chosen: string, offered: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_DOWNGRADE',
    `The other side chose mechanism ${chosen}, and ${offered} was offered.`,
    {
      phase: 'challenge',
      hint: 'It may take Kerberos only, or somebody changed the list of mechanisms on the way.',
    },
  )
}

export function mechListMicMissing(): NtlmError {
  return new NtlmError('ERR_NTLM_INTEGRITY', 'The list of mechanisms should be signed, and is not.', {
    phase: 'authenticate',
    hint: 'The other side promised a mechListMIC (request-mic), or somebody took it away.',
  })
}

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
