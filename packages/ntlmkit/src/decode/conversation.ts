import { decodeSpnego, isRawNtlm } from '@ntlmkit/core'
import type { DecodedToken, ReadStep } from '@ntlmkit/inspect'

/** The NTLM messages of one handshake, without their wrapping. */
export interface Messages {
  readonly negotiate: Uint8Array | undefined
  readonly challenge: Uint8Array
  readonly authenticate: Uint8Array
}

/** The handshakes in the steps that came as far as an AUTHENTICATE. */
export function handshakesIn(steps: readonly ReadStep[]): Messages[] {
  const found: Messages[] = []
  const open = new Map<number | undefined, { negotiate?: Uint8Array; challenge?: Uint8Array }>()
  for (const { connection, token } of steps) {
    const type = token?.ntlm?.type
    const message = token && type && ntlmMessage(token)
    if (message === undefined) continue
    const { negotiate, challenge } = open.get(connection) ?? {}
    if (type === 'negotiate') open.set(connection, { negotiate: message })
    else if (type === 'challenge') open.set(connection, { negotiate, challenge: message })
    else if (challenge !== undefined) {
      found.push({ negotiate, challenge, authenticate: message })
      open.delete(connection)
    }
  }
  return found
}

/** The message in a token that may be SPNEGO's; undefined where it cannot be taken out. */
function ntlmMessage({ bytes }: DecodedToken): Uint8Array | undefined {
  if (isRawNtlm(bytes)) return bytes
  try {
    const token = decodeSpnego(bytes)
    return 'mechTypes' in token ? token.mechToken : token.responseToken
  } catch {
    return undefined
  }
}
