/** Longer messages say more than anybody reads: what came from outside is not to be repeated at length. */
const LONGEST_MESSAGE = 500

/**
 * @typedef {{ code: string, hint: string, message: string, cause?: unknown }} Refusal
 */

/**
 * Gives bytes to a target.
 *
 * @param {import('./targets.mjs').Target} target
 * @param {Buffer} bytes
 * @returns {Promise<{ refused: boolean, fault?: unknown }>} the fault is what a target should never throw.
 */
export async function attempt(target, bytes) {
  try {
    const result = target.run(bytes)
    if (result instanceof Promise) await result
    return { refused: false }
  } catch (error) {
    return isRefusal(error, target.codes) ? { refused: true } : { refused: true, fault: error }
  }
}

/**
 * An NtlmError with a code that the target may throw, and of nothing else than another one.
 *
 * @param {unknown} error
 * @param {readonly string[]} [codes]
 */
function isRefusal(error, codes) {
  if (!isNtlmError(error)) return false
  if (codes !== undefined && !codes.includes(error.code)) return false
  if (error.message.length > LONGEST_MESSAGE || error.hint.length > LONGEST_MESSAGE) return false
  return error.cause === undefined || isNtlmError(error.cause)
}

/**
 * @param {unknown} error
 * @returns {error is Refusal}
 */
function isNtlmError(error) {
  return error instanceof Error && error.name === 'NtlmError' && 'code' in error
}
