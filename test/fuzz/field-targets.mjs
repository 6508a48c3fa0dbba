// The header fields of RFC 9110 11.6: nothing that stands in one may make a parser throw.

import { isDeepStrictEqual } from 'node:util'
import { parseChallenges } from '@ntlmkit/core'
import { requireWithin } from './round-trips.mjs'

/** @typedef {import('@ntlmkit/core').HttpChallenge} HttpChallenge */

/** What a list may have, challenges and parameters together. */
const MOST_ELEMENTS = 256

/** @type {Pick<import('./targets.mjs').Target, 'kinds' | 'codes'>} */
const NEVER_THROWS = { kinds: ['field'], codes: [] }

/**
 * @param {import('./targets.mjs').Internals} internals
 * @returns {Record<string, import('./targets.mjs').Target>}
 */
export const fieldTargets = ({ offeredToken }) => ({
  parseChallenges: {
    ...NEVER_THROWS,
    run: (bytes) => {
      const challenges = parseChallenges(bytes.toString('latin1'))
      requireWithin(challenges, bytes.length)
      requireFew(challenges)
    },
  },
  'parseChallenges, written again': {
    ...NEVER_THROWS,
    oneIn: 4,
    run: (bytes) => {
      const challenges = parseChallenges(bytes.toString('latin1'))
      if (!isDeepStrictEqual(parseChallenges(challenges.map(write).join(', ')), challenges)) {
        throw new Error('What was read, written and read again is different.')
      }
    },
  },
  'parseChallenges of lines': {
    ...NEVER_THROWS,
    oneIn: 4,
    run: (bytes) => requireFew(parseChallenges(bytes.toString('latin1').split(','))),
  },
  offeredToken: {
    ...NEVER_THROWS,
    oneIn: 2,
    run: (bytes) =>
      requireWithin(offeredToken(bytes.toString('latin1')), Math.max(bytes.length, 'negotiate'.length)),
  },
})

/** @param {readonly HttpChallenge[]} challenges */
function requireFew(challenges) {
  const elements = challenges.reduce((sum, { parameters }) => sum + 1 + Object.keys(parameters).length, 0)
  if (elements > MOST_ELEMENTS) throw new Error(`${elements} elements were read.`)
}

/** @param {HttpChallenge} challenge */
function write({ scheme, token, parameters }) {
  const quoted = Object.entries(parameters).map(
    ([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`,
  )
  const list = quoted.join(', ')
  if (token === undefined) return `${scheme} ${list}`
  return quoted.length === 0 ? `${scheme} ${token}` : `${scheme} ${token}, ${list}`
}
