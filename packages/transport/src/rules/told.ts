import type { NtlmError } from '@ntlmkit/core'

const told = new WeakSet<NtlmError>()

/** Marks an error as published; false where it was before, by whoever met it first. */
export function isToldFirst(error: NtlmError): boolean {
  if (told.has(error)) return false
  told.add(error)
  return true
}
