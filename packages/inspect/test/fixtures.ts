import { readFileSync } from 'node:fs'
import type { DecodedField } from '@ntlmkit/inspect'
import tokenFile from './fixtures/tokens.json' with { type: 'json' }

/** Tokens of many origins; `message` is the NTLM message in it, where there is one. */
export const TOKENS = tokenFile.tokens as readonly {
  origin: string
  kind: string
  message?: string
  token: string
}[]

/** The text of a file beside the tokens. */
export function textOf(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
}

/** The bytes of the first token of an origin with that NTLM message in it. */
export function tokenOf(origin: string, message?: string): Buffer {
  const found = TOKENS.find(
    (entry) => entry.origin.includes(origin) && (message === undefined || entry.message === message),
  )
  if (found === undefined) throw new Error(`There is no token of ${origin}.`)
  return Buffer.from(found.token, 'base64')
}

/** The field of that name, at any depth. */
export function fieldOf(fields: readonly DecodedField[], name: string): DecodedField | undefined {
  for (const field of fields) {
    const found = field.name === name ? field : fieldOf(field.fields ?? [], name)
    if (found !== undefined) return found
  }
  return undefined
}
