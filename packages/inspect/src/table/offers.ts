import type { FindingEntry } from '../finding-table.js'

/** The causes that lie in what the server offers, and in what it takes of it. */
export const OFFERS = {
  'not-offered': {
    title: 'The server offers no scheme that may be used',
    means:
      'It asks for authentication by neither NTLM nor Negotiate, or by one that the option schemes leaves out.',
    nextStep:
      'Switch Windows Authentication on in IIS with the providers NTLM or Negotiate, or log on as the server asks.',
  },
  'kerberos-only': {
    title: 'The server may take Kerberos only',
    means: 'It offers Negotiate without NTLM beside it, and takes no NTLM within it.',
    nextStep:
      'Have the server offer NTLM too (IIS: provider NTLM; Apache: GssapiAllowedMech ntlmssp), or put a Kerberos ' +
      'client in front.',
  },
  'ntlm-refused-in-negotiate': {
    title: 'NTLM was refused within Negotiate',
    means: 'Negotiate was offered, and the NTLM message in it was answered with a refusal and no CHALLENGE.',
    nextStep:
      'Have the server take NTLM within Negotiate, or offer NTLM by itself too (IIS: the providers Negotiate and NTLM); else a ' +
      'Kerberos client is needed.',
  },
  'ntlmv1-only': {
    title: 'One side may speak NTLMv1 only',
    means:
      'A server of old takes no NTLMv2, or a client answered with NTLMv1, which Windows refuses by default.',
    nextStep:
      'Have the server updated, or the client answer with NTLMv2 (LmCompatibilityLevel 3 and more). As a last ' +
      'resort the option legacy: { ntlmV1: true }, which gives the password away to whoever listens.',
    elsewhere:
      'Have the server updated, or the client answer with NTLMv2 (LmCompatibilityLevel 3 and more on Windows).',
  },
} as const satisfies Record<string, FindingEntry>
