import { describe, expect, it } from 'vitest'
import { createNtlmServer, type NtlmServerOptions } from '../src/index.js'

const users = { 'LAB\\alice': 'Passw0rd!' }
const none = (name: string) => `There is no option '${name}'.`

describe('what is said to whoever wrote', () => {
  it.each<[wrote: object, message: string, hint: RegExp]>([
    [{ user: users }, none('user'), /^Did you mean 'users'\? The options are users, /],
    [{ accounts: users }, none('accounts'), /^Did you mean 'users'\?/],
    [{ users, channelbinding: 'off' }, none('channelbinding'), /^Did you mean 'channelBinding'\?/],
    [
      { users, names: { netbiosdomain: 'X' } },
      none('names.netbiosdomain'),
      /^Did you mean 'netbiosDomain'\?/,
    ],
    [{ users, schemes: ['NTLM'] }, 'The schemes option is NTLM.', /^Write schemes: \['ntlm'\]\.$/],
    [
      { users, schemes: ['ntlm', 'ntlm'] },
      'The schemes option is ntlm, ntlm.',
      /^Write schemes: \['ntlm'\]\.$/,
    ],
    [{ users, schemes: ['basic'] }, 'The schemes option is basic.', /^It lists 'ntlm', 'negotiate' or both/],
  ])('%j', (wrote, message, hint) => {
    expect(() => createNtlmServer(wrote as NtlmServerOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message, hint: expect.stringMatching(hint) }),
    )
  })
})
