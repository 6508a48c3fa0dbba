import { describe, expect, it } from 'vitest'
import { Credential } from '../src/credentials.js'
import { NtlmError } from '../src/errors.js'

/** Another copy of a module, as a tree has where two packages bring two versions. */
async function copyOf<T>(path: string): Promise<T> {
  return (await import(/* @vite-ignore */ `${path}?copy`)) as T
}

const account = { user: 'alice', domain: 'LAB' }
const errors = await copyOf<typeof import('../src/errors.js')>('../src/errors.js')
const credentials = await copyOf<typeof import('../src/credentials.js')>('../src/credentials.js')

describe('what one copy has made is known to the other', () => {
  it('an error', () => {
    expect(errors.NtlmError).not.toBe(NtlmError)
    const ours = new NtlmError('ERR_NTLM_CONFIG', 'No.', { hint: 'Ask.' })
    const theirs = new errors.NtlmError('ERR_NTLM_CONFIG', 'No.', { hint: 'Ask.' })
    expect([theirs instanceof NtlmError, ours instanceof errors.NtlmError]).toEqual([true, true])
    expect([theirs instanceof Error, ours instanceof NtlmError]).toEqual([true, true])
  })

  it('a credential', () => {
    expect(credentials.Credential).not.toBe(Credential)
    const ours = new Credential(account, Buffer.alloc(16))
    const theirs = new credentials.Credential(account, Buffer.alloc(16))
    expect([theirs instanceof Credential, ours instanceof credentials.Credential]).toEqual([true, true])
  })
})

describe('a class that is known across copies', () => {
  class Stricter extends NtlmError {}
  class TheirStricter extends errors.NtlmError {}

  it('has subclasses that are not taken for each other, nor their parent for them', () => {
    const parent = new NtlmError('ERR_NTLM_CONFIG', 'No.', { hint: '' })
    const child = new Stricter('ERR_NTLM_CONFIG', 'No.', { hint: '' })
    const theirs = new TheirStricter('ERR_NTLM_CONFIG', 'No.', { hint: '' })
    expect([parent, child, theirs].map((error) => error instanceof Stricter)).toEqual([false, true, false])
    expect([parent, child, theirs].map((error) => error instanceof TheirStricter)).toEqual([
      false,
      false,
      true,
    ])
    expect([parent, child, theirs].map((error) => error instanceof NtlmError)).toEqual([true, true, true])
  })

  it.each([undefined, null, 5, 'ERR_NTLM_CONFIG', {}, new Error('x'), () => {}])('knows %s not', (value) => {
    expect([(value as unknown) instanceof NtlmError, (value as unknown) instanceof Credential]).toEqual([
      false,
      false,
    ])
  })

  it('shows no mark where it is looked at or copied', () => {
    const error = new NtlmError('ERR_NTLM_CONFIG', 'No.', { hint: 'Ask.' })
    expect(Object.getOwnPropertySymbols(error)).toEqual([])
    expect({ ...error } instanceof NtlmError).toBe(false)
  })
})
