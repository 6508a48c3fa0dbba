import { describe, expect, it } from 'vitest'
import { type NtlmOptions, resolveOptions } from '../../src/rules/options.js'

const good = { username: 'LAB\\alice', password: 'Passw0rd!', origins: 'https://intranet.corp' }
const LIST =
  'The options are username, password, ntHash, domain, workstation, origins, schemes, channelBinding, spn, handshakeTimeout, strict, legacy, firstLeg.'
const SCHEMES = "Write schemes: ['ntlm', 'negotiate'], or one of them in a list."

describe('what is said to whoever wrote', () => {
  it.each<[wrote: object, message: string, hint: string]>([
    [{ origin: 'x' }, "There is no option 'origin'.", `Did you mean 'origins'? ${LIST}`],
    [{ user: 'x' }, "There is no option 'user'.", `Did you mean 'username'? ${LIST}`],
    [{ userName: 'x' }, "There is no option 'userName'.", `Did you mean 'username'? ${LIST}`],
    [{ pass: 'x' }, "There is no option 'pass'.", `Did you mean 'password'? ${LIST}`],
    [{ Password: 'x' }, "There is no option 'Password'.", `Did you mean 'password'? ${LIST}`],
    [{ passwrod: 'x' }, "There is no option 'passwrod'.", `Did you mean 'password'? ${LIST}`],
    [{ nthash: 'x' }, "There is no option 'nthash'.", `Did you mean 'ntHash'? ${LIST}`],
    [{ nt_hash: 'x' }, "There is no option 'nt_hash'.", `Did you mean 'ntHash'? ${LIST}`],
    [{ host: 'x' }, "There is no option 'host'.", `Did you mean 'origins'? ${LIST}`],
    [{ timeout: 1 }, "There is no option 'timeout'.", `Did you mean 'handshakeTimeout'? ${LIST}`],
    [{ ntlmV1: true }, "There is no option 'ntlmV1'.", `Write legacy: { ntlmV1: true }. ${LIST}`],
    [
      { allowH2: false },
      "There is no option 'allowH2'.",
      `NTLM authenticates a connection and HTTP/2 shares it: leave it out. ${LIST}`,
    ],
    [{ head: false }, "There is no option 'head'.", `Write firstLeg: { head }. ${LIST}`],
    [{ max: 5 }, "There is no option 'max'.", `It bounds the users of identities(): give it there. ${LIST}`],
    [{ ca: 'x' }, "There is no option 'ca'.", LIST],
    [{ keepAliveTimeoutThreshold: 1 }, "There is no option 'keepAliveTimeoutThreshold'.", LIST],
    [{ 'a word or two': 1 }, 'One of the options has a name that none has.', LIST],
    [
      { schemes: 'ntlm' },
      "The schemes option is a string, and no list with 'ntlm' in it.",
      "Write schemes: ['ntlm'].",
    ],
    [
      { schemes: 'NTLM' },
      "The schemes option is a string, and no list with 'ntlm' in it.",
      "Write schemes: ['ntlm'].",
    ],
    [
      { schemes: ['NTLM'] },
      "The schemes option has 'NTLM', which is written otherwise.",
      "Write schemes: ['ntlm'].",
    ],
    [
      { schemes: ['Negotiate', 'ntlm'] },
      "The schemes option has 'Negotiate', which is written otherwise.",
      "Write schemes: ['negotiate', 'ntlm'].",
    ],
    [
      { schemes: ['Kerberos'] },
      "The schemes option has 'Kerberos', which this package does not speak.",
      SCHEMES,
    ],
    [{ schemes: [5] }, 'The schemes option has a value of type number.', SCHEMES],
    [{ schemes: [] }, 'The schemes option is an empty list: nobody could be authenticated.', SCHEMES],
    [{ schemes: ['ntlm', 'ntlm'] }, 'The schemes option has a scheme twice.', "Write schemes: ['ntlm']."],
    [
      { legacy: true },
      'The legacy option is a boolean, and should be an object.',
      'Write legacy: { ntlmV1: true }.',
    ],
    [
      { legacy: { ntlmv1: true } },
      "In the legacy option: There is no option 'ntlmv1'.",
      'Write legacy: { ntlmV1: true }.',
    ],
    [
      { firstLeg: { heads: false } },
      "In the firstLeg option: There is no option 'heads'.",
      "Write firstLeg: { head: false } or { path: '/login' }.",
    ],
    [
      { channelBinding: 'off' },
      'The channelBinding option is neither of its two words.',
      "Write 'auto', which binds to the certificate of every TLS connection, or 'none'.",
    ],
    [
      { channelBinding: false },
      'The channelBinding option is a boolean.',
      "Write 'auto', which binds to the certificate of every TLS connection, or 'none'.",
    ],
    [{ strict: 'true' }, 'The strict option is a string.', 'It is true or false, without quotes.'],
    [
      { handshakeTimeout: '30s' },
      'The handshakeTimeout option is a string.',
      'It is a number of milliseconds above 0 and up to 2147483647: 30000 for 30 seconds.',
    ],
    [
      { password: undefined },
      'Neither password nor ntHash is given: password is undefined.',
      'Give exactly one of password and ntHash. A variable of the environment that is not set is undefined.',
    ],
    [
      { username: undefined },
      'The username is missing.',
      'Give username as a string. A variable of the environment that is not set is undefined.',
    ],
  ])('%j', (wrote, message, hint) => {
    expect(() => resolveOptions({ ...good, ...wrote } as NtlmOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message, hint }),
    )
  })

  it.each<[unknown, string]>([
    [undefined, 'The options are missing.'],
    ['LAB\\alice', 'The options are a string, and no object.'],
    [[good], 'The options are a list, and no object.'],
    [() => good, 'The options are a function, and no object.'],
  ])('%s for options', (wrote, message) => {
    expect(() => resolveOptions(wrote as NtlmOptions)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message,
        hint: 'Give at least username, password and origins.',
      }),
    )
  })
})
