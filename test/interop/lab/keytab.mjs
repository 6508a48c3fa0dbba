// A keytab for an acceptor of Kerberos whom nobody has a ticket for.
import { chmodSync, writeFileSync } from 'node:fs'

const AES256 = 18
const PRINCIPAL = 1
const VERSION = 0x0502

/**
 * Writes a keytab (format 0x0502) with one random-looking key of HTTP/localhost@LAB.TEST. It is no secret: whoever runs
 * the server has to read it, and there is no domain that it belongs to.
 *
 * @param {string} file
 */
export function writeKeytab(file) {
  const counted = (text) => Buffer.concat([u16(text.length), Buffer.from(text, 'latin1')])
  const entry = Buffer.concat([
    ...[u16(2), counted('LAB.TEST'), counted('HTTP'), counted('localhost')],
    ...[u32(PRINCIPAL), u32(0), Buffer.from([1])],
    ...[u16(AES256), u16(32), Buffer.alloc(32, 0x5a)],
  ])
  writeFileSync(file, Buffer.concat([u16(VERSION), u32(entry.length), entry]))
  chmodSync(file, 0o644)
}

function u16(value) {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function u32(value) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
