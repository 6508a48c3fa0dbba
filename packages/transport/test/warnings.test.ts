import { describe, expect, it, vi } from 'vitest'
import { forgetWarnings, warnOnce } from '../src/warnings.js'

describe('a warning', () => {
  it('is given once for each subject and code, and for a hundred subjects at most', () => {
    forgetWarnings()
    const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    for (let time = 0; time < 2; time++) {
      for (let i = 0; i < 200; i++) warnOnce('NTLMKIT_ORIGIN_NOT_LISTED', `http://${i}.test`, 'text')
    }
    warnOnce('NTLMKIT_AGENT_BYPASSED', 'http://0.test', 'text')
    expect(emitted).toHaveBeenCalledTimes(101)
    expect(emitted).toHaveBeenCalledWith('text', {
      type: 'NtlmkitWarning',
      code: 'NTLMKIT_ORIGIN_NOT_LISTED',
    })
    emitted.mockRestore()
    forgetWarnings()
  })
})
