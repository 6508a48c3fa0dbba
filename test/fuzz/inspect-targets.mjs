// The decoder and the readers of @ntlmkit/inspect: they never throw, and show nothing that is not there.
import { decodeAuthenticate, decodeChallenge, decodeNegotiate } from '@ntlmkit/core'
import { decodeToken, readInput, tokenBytes } from '@ntlmkit/inspect'

/** @typedef {import('@ntlmkit/inspect').DecodedField} DecodedField */
/** @typedef {import('@ntlmkit/inspect').DecodedToken} DecodedToken */
/** @typedef {import('./targets.mjs').Target} Target */

/** A line of a value: 64 bytes as hex, or 200 characters of which each may be escaped, and some words. */
const LONGEST_VALUE = 2500
const DEEPEST = 6

/** @type {readonly import('./corpus.mjs').Kind[]} */
const MESSAGES = ['negotiate', 'challenge', 'authenticate']

/** Nothing may be thrown, not even an NtlmError. */
const NEVER_THROWS = { codes: [] }

/** @type {Record<string, Target>} */
export const inspectTargets = {
  decodeToken: {
    ...NEVER_THROWS,
    kinds: [...MESSAGES, 'spnego', 'av-pairs', 'certificate', 'field'],
    run: (bytes) => requireToken(decodeToken(bytes)),
  },
  'decodeToken beside core': {
    kinds: MESSAGES,
    oneIn: 2,
    run: (bytes) => {
      const [type, known] = CORE[bytes[8]]?.(bytes) ?? []
      if (known !== undefined) requireSame(decodeToken(bytes), type, known)
    },
    codes: ['ERR_NTLM_BAD_CHALLENGE'],
  },
  tokenBytes: {
    ...NEVER_THROWS,
    kinds: ['field'],
    run: (bytes) => {
      const text = bytes.toString('latin1')
      const token = tokenBytes(text)
      if (token !== undefined && token.length > text.length) throw new Error('A token grew.')
    },
  },
  readInput: {
    ...NEVER_THROWS,
    kinds: ['field', 'log'],
    run: (bytes) => {
      const { conversations, problems } = readInput(bytes.toString('utf8'))
      for (const { steps } of conversations) {
        for (const { token } of steps) if (token !== undefined) requireToken(token)
      }
      requireLines(problems)
    },
  },
}

/** @type {Record<number, (bytes: Buffer) => [string, { flags: number, user?: string, targetName?: string }]>} */
const CORE = {
  1: (bytes) => ['negotiate', decodeNegotiate(bytes)],
  2: (bytes) => ['challenge', decodeChallenge(bytes)],
  3: (bytes) => ['authenticate', decodeAuthenticate(bytes)],
}

/**
 * @param {DecodedToken} token
 * @param {string | undefined} type
 * @param {{ flags: number, user?: string }} known
 */
function requireSame({ kind, ntlm, problems }, type, { flags, user }) {
  if (kind !== type) throw new Error(`core reads ${type}, inspect ${kind}.`)
  if (ntlm?.flags !== flags) throw new Error(`core reads flags ${flags}, inspect ${ntlm?.flags}.`)
  const isDoubted = problems.some((problem) => problem.startsWith('UserName'))
  if (user !== undefined && !isDoubted && ntlm.user !== user.toWellFormed())
    throw new Error(`core reads user ${user}, inspect ${ntlm.user}.`)
}

/** @param {DecodedToken} token */
function requireToken({ bytes, title, fields, problems, ntlm }) {
  requireLines([title, ...problems])
  requireFields(fields, bytes.length, 0)
  const texts = Object.values(ntlm ?? {}).filter((fact) => typeof fact === 'string')
  if (texts.some((text) => text.length > bytes.length * 2 + 40))
    throw new Error('A fact is longer than the token.')
}

/**
 * @param {readonly DecodedField[]} fields
 * @param {number} size
 * @param {number} depth
 */
function requireFields(fields, size, depth) {
  if (depth > DEEPEST) throw new Error('Fields are nested too deep.')
  if (fields.length > 40 + size / 4) throw new Error(`${fields.length} fields came out of ${size} bytes.`)
  for (const { name, offset, length, value, explanation = '', problem = '', fields: parts = [] } of fields) {
    if (!(offset >= 0 && length >= 0 && offset + length <= size))
      throw new Error(`${name} is outside the token.`)
    requireLines([name, value, explanation, problem])
    requireFields(parts, size, depth + 1)
  }
}

/** @param {readonly string[]} lines */
function requireLines(lines) {
  const wrong = lines.find((line) => line.length > LONGEST_VALUE || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(line))
  if (wrong !== undefined) throw new Error(`A line is too long or is none: ${wrong.slice(0, 80)}`)
}
