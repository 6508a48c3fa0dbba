import { nearestName, type Scheme } from '@ntlmkit/core'
import { badOption } from './failures.js'

const SCHEMES: readonly Scheme[] = ['ntlm', 'negotiate']
const LIST_THEM = "Write schemes: ['ntlm', 'negotiate'], or one of them in a list."

/**
 * Checks the `schemes` option.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for what is no list of schemes, with the spelling that was meant.
 */
export function schemesOf(schemes: readonly Scheme[] = SCHEMES): readonly Scheme[] {
  if (typeof schemes === 'string') {
    const meant = meantSchemes([schemes])
    throw refused(`is a string, and no list${meant === undefined ? '' : ` with '${meant[0]}' in it`}`, meant)
  }
  if (!Array.isArray(schemes)) throw refused('is no list of schemes')
  if (schemes.length === 0) throw refused('is an empty list: nobody could be authenticated')
  const wrong: unknown = schemes.find((name) => !SCHEMES.includes(name))
  if (wrong !== undefined) {
    const meant = meantSchemes(schemes)
    throw refused(
      meant === undefined ? `has ${kindOf(wrong)}` : `has '${String(wrong)}', which is written otherwise`,
      meant,
    )
  }
  if (new Set(schemes).size === schemes.length) return [...schemes]
  throw refused('has a scheme twice', [...new Set(schemes)])
}

function refused(fault: string, meant?: readonly string[]): Error {
  const written = meant?.map((name) => `'${name}'`).join(', ')
  const hint = written === undefined ? LIST_THEM : `Write schemes: [${written}].`
  return badOption(`The schemes option ${fault}.`, hint)
}

/** The schemes that these are nearly, each once; undefined where one of them is none. */
function meantSchemes(given: readonly unknown[]): readonly string[] | undefined {
  const meant = given.map((name) =>
    typeof name === 'string' ? nearestName(name.trim(), SCHEMES) : undefined,
  )
  return meant.includes(undefined) ? undefined : [...new Set(meant as string[])]
}

/** Kerberos and Basic are known, and not spoken here; anything else is not repeated. */
function kindOf(name: unknown): string {
  const known = typeof name === 'string' && /^(?:kerberos|krb5|basic|digest|bearer)$/i.exec(name)
  if (known) return `'${known[0]}', which this package does not speak`
  return typeof name === 'string' ? 'a string that is no scheme' : `a value of type ${typeof name}`
}
