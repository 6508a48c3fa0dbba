// Conversations as real clients and servers had them, and certificates that a tool made.
import { readFileSync } from 'node:fs'

/** @typedef {import('./corpus.mjs').Kind} Kind */
/** @typedef {{ fields: string[], tokens: string[] }} Conversation */

const { conversations, certificates } = JSON.parse(
  readFileSync(new URL('recorded.json', import.meta.url), 'utf8'),
)

/** @type {Kind[]} in the order of their message types. */
const MESSAGES = ['negotiate', 'challenge', 'authenticate']

/** @param {string} field */
function tokenOf(field) {
  const bytes = Buffer.from(field.split(' ')[1], 'base64')
  const raw = bytes.subarray(0, 7).equals(Buffer.from('NTLMSSP'))
  return { kind: raw ? MESSAGES[bytes[8] - 1] : /** @type {Kind} */ ('spnego'), bytes }
}

/** @type {import('./corpus.mjs').Input[]} */
export const recorded = [
  ...conversations.flatMap((/** @type {Conversation} */ { fields, tokens }) => [
    ...[...fields, ...tokens].map((field) => ({ kind: 'field', bytes: Buffer.from(field, 'latin1') })),
    ...tokens.map(tokenOf),
  ]),
  ...certificates.map((/** @type {{ der: string }} */ { der }) => ({
    kind: 'certificate',
    bytes: Buffer.from(der, 'base64'),
  })),
]
