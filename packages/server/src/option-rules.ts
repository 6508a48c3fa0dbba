import { inspect } from 'node:util'
import { NtlmError, nearestName, shown } from '@ntlmkit/core'

/** Checks one option's value and throws ERR_NTLM_CONFIG; `undefined` never reaches it. */
export type Rule = (name: string, value: unknown) => void

/** A rule for every option there is: none can be forgotten. */
export type Rules<T> = { readonly [K in keyof Required<T>]: Rule }

/** An option that cannot be honoured. */
export function configError(message: string, hint: string, cause?: unknown): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint, cause })
}

/**
 * Gives the options that are an object's own: what a polluted prototype has to say is no option of anybody's.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for an option that is unknown or of the wrong kind.
 */
export function checkOptions<T extends object>(options: T, rules: Rules<T>, prefix = ''): T {
  if (typeof options !== 'object' || options === null) {
    throw configError(
      options === undefined || options === null ? 'The options are missing.' : 'The options are no object.',
      "Give at least users: { 'LAB\\\\alice': 'a password' }.",
    )
  }
  const known = rules as Readonly<Record<string, Rule>>
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) {
      throw configError(
        `There is no option ${shownName(prefix + name)}.`,
        `${adviceOn(name, Object.keys(known))}The options are ${Object.keys(known).join(', ')}.`,
      )
    }
    if (value !== undefined) known[name](prefix + name, value)
  }
  return ownOf(options)
}

const OTHER_NAMES: Readonly<Record<string, string>> = { accounts: 'users', user: 'users', username: 'users' }

function adviceOn(name: string, known: readonly string[]): string {
  const meant = OTHER_NAMES[name] ?? nearestName(name, known)
  return meant !== undefined && known.includes(meant) ? `Did you mean '${meant}'? ` : ''
}

/** The same object, of its own properties alone. */
export function ownOf<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as object, options)
}

function rule(isRight: (value: unknown) => boolean, what: string): Rule {
  return (name, value) => {
    if (!isRight(value)) throw configError(`The ${name} option is ${given(value)}.`, `It is ${what}.`)
  }
}

/** The value that was given, unless it has an inside: the users and their passwords may be in there. */
function given(value: unknown): string {
  const hasInside = value !== null && (typeof value === 'object' || typeof value === 'function')
  const isEmptyList = Array.isArray(value) && value.length === 0
  return hasInside && !isEmptyList ? 'of the wrong kind' : shown(inspect(value))
}

/** The name of an option. One that does not look like a name may be a user with a password. */
function shownName(name: string): string {
  return /^[a-z0-9_.-]{1,40}$/i.test(name) ? `'${name}'` : 'of that name'
}

/** For options that hold a secret: the message does not show what was given. */
export function secret(isRight: (value: unknown) => boolean, what: string): Rule {
  return (name, value) => {
    if (!isRight(value)) throw configError(`The ${name} option is of the wrong kind.`, `It is ${what}.`)
  }
}

export const flag = rule((value) => typeof value === 'boolean', 'true or false')
export const text = rule((value) => typeof value === 'string' && value !== '', 'a string that is not empty')
export const callback = rule((value) => typeof value === 'function', 'a function')
export const object = rule((value) => typeof value === 'object' && value !== null, 'an object')

/** One of these values and no other. */
export function oneOf(...values: readonly (string | number)[]): Rule {
  const known: readonly unknown[] = values
  return rule((value) => known.includes(value), values.map((value) => inspect(value)).join(' or '))
}

/** A whole number within bounds, both included. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Rule {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `between ${least} and ${most}`
  return rule((value) => isWhole(value) && value >= least && value <= most, `a whole number, ${bounds}`)
}

/** A list of strings that is not empty. */
export const texts = rule(
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'string' && item !== ''),
  'a list of strings',
)

/** An object with these options and no others. */
export function optionsOf<T extends object>(rules: Rules<T>): Rule {
  return (name, value) => {
    object(name, value)
    checkOptions(value as T, rules, `${name}.`)
  }
}

/** Passes where one of the rules does. */
export function either(...rules: readonly Rule[]): Rule {
  return (name, value) => {
    const failures = rules.map((each) => failureOf(each, name, value))
    if (failures.includes(undefined)) return
    const hints = failures.map((failure) => failure?.hint.replace(/^It is |\.$/g, ''))
    throw configError(`The ${name} option is ${given(value)}.`, `It is ${hints.join(', or ')}.`)
  }
}

function failureOf(each: Rule, name: string, value: unknown): NtlmError | undefined {
  try {
    each(name, value)
    return undefined
  } catch (error) {
    if (error instanceof NtlmError) return error
    throw error
  }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
