import { expect, it } from 'vitest'
import { NtlmError } from '../src/errors.js'

it('an error says what it is, when it came, and what to do next', () => {
  const cause = new Error('reset')
  const error = new NtlmError('ERR_NTLM_REJECTED', 'No.', { phase: 'authenticate', hint: 'Ask.', cause })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'NtlmError',
    code: 'ERR_NTLM_REJECTED',
    phase: 'authenticate',
    hint: 'Ask.',
    cause,
  })
  expect(error.stack).toMatch(/^NtlmError: No\./)
})

it('an error in JSON has its message too', () => {
  const error = new NtlmError('ERR_NTLM_CONFIG', 'No.', { hint: 'Ask.' })
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'NtlmError',
    code: 'ERR_NTLM_CONFIG',
    message: 'No.',
    hint: 'Ask.',
    findings: [],
  })
})

it('an error without a cause has none', () => {
  expect('cause' in new NtlmError('ERR_NTLM_CONFIG', 'No.', { hint: '' })).toBe(false)
})
