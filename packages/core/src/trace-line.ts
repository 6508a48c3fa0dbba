import { shown } from './shown.js'

/** Longer than any message of ours. */
const MOST_SHOWN = 800

/** A value of a line; none of what is undefined is written. */
type Value = string | number | readonly string[] | undefined

/**
 * A line of `NODE_DEBUG=ntlmkit` (docs/tracing.md): the event, then `key=value` pairs with one space between. A value that
 * is empty, or has white space, `"` or `=`, is written as a JSON string; lists have commas.
 */
export function traceLine(event: string, values: Readonly<Record<string, Value>>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined)
  return [event, ...pairs.map(([key, value]) => `${key}=${written(value!)}`)].join(' ')
}

function written(value: NonNullable<Value>): string {
  const text = shown(typeof value === 'object' ? value.join(',') : String(value), MOST_SHOWN)
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text)
}
