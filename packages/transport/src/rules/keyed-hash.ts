import { createHmac, randomBytes } from 'node:crypto'

/** Of this process: what is kept to know a secret again says nothing to anybody without it. */
const PROCESS_KEY = randomBytes(32)

/**
 * A hash by which a secret is known again without being kept.
 *
 * @param kind tells apart what has the same bytes.
 */
export function keyedHash(kind: string, secret: string | Uint8Array): string {
  const hmac = createHmac('sha256', PROCESS_KEY).update(`${kind}:`)
  if (typeof secret === 'string') hmac.update(secret, 'utf16le')
  else hmac.update(secret)
  return hmac.digest('hex')
}
