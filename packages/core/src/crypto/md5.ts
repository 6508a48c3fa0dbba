import crypto from 'node:crypto'

/**
 * MD5 (RFC 1321). Broken on purpose, required by the protocol. Node's one-shot `hash` takes half the time of an
 * object, and came with 20.12: a named import of it would not even load before.
 */
export const md5: (bytes: Uint8Array) => Buffer =
  crypto.hash === undefined ? md5InSteps : (bytes) => crypto.hash('md5', bytes, 'buffer')

/** The same for a Node without `hash`. */
export function md5InSteps(bytes: Uint8Array): Buffer {
  return crypto.createHash('md5').update(bytes).digest()
}
