import type { IncomingMessage } from 'node:http'
import { messageType } from '@ntlmkit/core'

/** What a request carried in its Authorization fields: a message of ours, nothing, or what somebody else put there. */
export type Carried = 'none' | 'negotiate' | 'authenticate' | 'foreign'

/** A request as it came over the wire, whoever answered it. */
export interface Seen {
  readonly connection: number
  readonly carried: Carried
  readonly method: string
  readonly path: string
  /** Each Authorization field as it was sent. */
  readonly authorization: readonly string[]
  /** Of every message that the connection had brought before. */
  readonly broughtBefore: readonly Carried[]
}

/** @param brought what the connection has brought before. */
export function seenOf(
  { method = '', url = '', rawHeaders }: IncomingMessage,
  connection: number,
  brought: readonly Carried[],
): Seen {
  const authorization = rawHeaders.filter(
    (_, i) => i % 2 === 1 && rawHeaders[i - 1].toLowerCase() === 'authorization',
  )
  return {
    connection,
    carried: authorization.length === 0 ? 'none' : carriedBy(authorization[0]),
    method,
    path: url,
    authorization,
    broughtBefore: [...brought],
  }
}

function carriedBy(field: string): Carried {
  const [scheme, token = ''] = field.split(' ')
  if (!/^(?:NTLM|Negotiate)$/i.test(scheme)) return 'foreign'
  try {
    const type = messageType(Buffer.from(token, 'base64'))
    return type === 1 ? 'negotiate' : type === 3 ? 'authenticate' : 'foreign'
  } catch {
    return 'foreign'
  }
}
