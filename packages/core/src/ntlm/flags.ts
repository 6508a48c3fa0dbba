/** NEGOTIATE flags, [MS-NLMP] 2.2.2.5. The names are the specification's without their NTLMSSP_ prefix. */
export const Flag = {
  NEGOTIATE_UNICODE: 0x00000001,
  NEGOTIATE_OEM: 0x00000002,
  REQUEST_TARGET: 0x00000004,
  NEGOTIATE_SIGN: 0x00000010,
  NEGOTIATE_SEAL: 0x00000020,
  NEGOTIATE_DATAGRAM: 0x00000040,
  NEGOTIATE_LM_KEY: 0x00000080,
  NEGOTIATE_NTLM: 0x00000200,
  ANONYMOUS: 0x00000800,
  NEGOTIATE_OEM_DOMAIN_SUPPLIED: 0x00001000,
  NEGOTIATE_OEM_WORKSTATION_SUPPLIED: 0x00002000,
  NEGOTIATE_ALWAYS_SIGN: 0x00008000,
  TARGET_TYPE_DOMAIN: 0x00010000,
  TARGET_TYPE_SERVER: 0x00020000,
  NEGOTIATE_EXTENDED_SESSIONSECURITY: 0x00080000,
  NEGOTIATE_IDENTIFY: 0x00100000,
  REQUEST_NON_NT_SESSION_KEY: 0x00400000,
  NEGOTIATE_TARGET_INFO: 0x00800000,
  NEGOTIATE_VERSION: 0x02000000,
  NEGOTIATE_128: 0x20000000,
  NEGOTIATE_KEY_EXCH: 0x40000000,
  NEGOTIATE_56: 0x80000000,
} as const

/** The name of a flag, without its NTLMSSP_ prefix. */
export type FlagName = keyof typeof Flag

/**
 * The flags that an initiator offers when nobody asked for session security, as HTTP does not: Unicode, NTLMv2 with a MIC,
 * 128 and 56 bit. 0xA2088205.
 */
export const HTTP_FLAGS =
  (Flag.NEGOTIATE_UNICODE |
    Flag.REQUEST_TARGET |
    Flag.NEGOTIATE_NTLM |
    Flag.NEGOTIATE_ALWAYS_SIGN |
    Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY |
    Flag.NEGOTIATE_VERSION |
    Flag.NEGOTIATE_128 |
    Flag.NEGOTIATE_56) >>>
  0

/** True where every flag of `wanted` is set. */
export function hasFlags(flags: number, wanted: number): boolean {
  return (flags & wanted) >>> 0 === wanted >>> 0
}

/** The names of the flags that are set, as the specification writes them, lowest bit first. */
export function flagNames(flags: number): string[] {
  return Object.entries(Flag)
    .filter(([, bit]) => hasFlags(flags, bit))
    .map(([name]) => `NTLMSSP_${name}`)
}
