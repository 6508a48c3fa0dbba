/** @typedef {import('./corpus.mjs').Input} Input */

/**
 * @param {string} text one input a line: its kind, and its bytes in base64.
 * @returns {Input[]}
 */
export function readInputs(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [kind, bytes] = line.split(' ')
      return {
        kind: /** @type {import('./corpus.mjs').Kind} */ (kind),
        bytes: Buffer.from(bytes ?? '', 'base64'),
      }
    })
}

/** @param {readonly Input[]} inputs */
export function writeInputs(inputs) {
  return inputs
    .map(({ kind, bytes }) => `${kind} ${bytes.toString('base64')}\n`)
    .sort()
    .join('')
}
