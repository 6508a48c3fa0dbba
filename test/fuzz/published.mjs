// The messages of [MS-NLMP] 4.2.
import { readFileSync } from 'node:fs'

const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/ms-nlmp-4.2.json', import.meta.url), 'utf8'))

/** @type {Record<string, [import('./corpus.mjs').Kind, string]>} what to take of a vector of that kind. */
const PARTS = {
  'challenge-message': ['challenge', 'message'],
  'authenticate-message': ['authenticate', 'message'],
  seal: ['sealed', 'sealedMessage'],
}

/** @type {import('./corpus.mjs').Input[]} */
export const published = vectors.flatMap(
  (/** @type {{ kind: string, expected: Record<string, string> }} */ vector) => {
    const part = PARTS[vector.kind]
    return part ? [{ kind: part[0], bytes: Buffer.from(vector.expected[part[1]], 'hex') }] : []
  },
)
