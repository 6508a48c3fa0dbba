import { describe, expect, it } from 'vitest'
import { createNtlmServer, type NtlmServerOptions } from '../src/index.js'
import { USERS } from './fixture.js'

const refusal = (message: string) => expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message })
const make = (options: object) => createNtlmServer({ users: USERS, ...options } as NtlmServerOptions)

describe('an address that other machines can reach', () => {
  it.each(['0.0.0.0', '::', '192.168.1.1', 'myhost'])('needs an explicit option: %s', (host) => {
    expect(() => make({ host })).toThrow(refusal(`The host ${host} can be reached from other machines.`))
    expect(() => make({ host, allowRemote: true })).not.toThrow()
  })

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('is not %s', (host) => {
    expect(() => make({ host })).not.toThrow()
  })
})

describe('an option', () => {
  it.each<[object, string]>([
    [{ nosuch: 1 }, "There is no option 'nosuch'."],
    [{ certificate: 'x' }, "There is no option 'certificate'."],
    [{ tls: { nosuch: 1 } }, "There is no option 'tls.nosuch'."],
    [{ names: { nosuch: 'x' } }, "There is no option 'names.nosuch'."],
    [{ tls: 'yes' }, "The tls option is 'yes'."],
    [{ tls: { hash: 'md5' } }, "The tls.hash option is 'md5'."],
    [{ tls: { key: 'x' } }, 'Of tls.key and tls.cert one is missing.'],
    [{ tls: { key: 'x', cert: 'y' } }, 'The tls.cert option is no certificate.'],
    [{ schemes: [] }, 'The schemes option is [].'],
    [{ schemes: ['basic'] }, 'The schemes option is basic.'],
    [{ schemes: ['ntlm', 'ntlm'] }, 'The schemes option is ntlm, ntlm.'],
    [{ channelBinding: 'yes' }, "The channelBinding option is 'yes'."],
    [{ channelBinding: 'require' }, "channelBinding: 'require' needs TLS."],
    [{ http2: 'reset' }, 'The http2 option needs TLS.'],
    [{ persist: 0 }, 'The persist option is 0.'],
    [{ persist: 'forever' }, "The persist option is 'forever'."],
    [{ malformed: 'badly' }, "The malformed option is 'badly'."],
    [{ head: 500 }, 'The head option is 500.'],
    [{ delay: -1 }, 'The delay option is -1.'],
    [{ idleTimeout: 0 }, 'The idleTimeout option is 0.'],
    [{ anonymous: '/' }, "The anonymous option is '/'."],
    [{ legacy: { ntlmV1: 'yes' } }, "The legacy.ntlmV1 option is 'yes'."],
    [{ targetInfoPadding: 65_536 }, 'The targetInfoPadding option is 65536.'],
  ])('that cannot be honoured is refused: %j', (options, message) => {
    expect(() => make(options)).toThrow(refusal(message))
  })

  it('is not shown in the message where it may be a secret', () => {
    expect(() => make({ users: 'LAB\\alice:Passw0rd!' })).toThrow(
      refusal('The users option is of the wrong kind.'),
    )
    expect(() => make({ tls: { key: Buffer.from('x'), cert: 'y' } })).toThrow(
      refusal('The tls.key option is of the wrong kind.'),
    )
  })

  it('that is undefined is as good as absent', () => {
    expect(() => make({ host: undefined, persist: undefined, tls: undefined })).not.toThrow()
  })

  it('has a hint that says what it may be', () => {
    expect(() => make({ persist: -1 })).toThrow(
      expect.objectContaining({ hint: "It is 'connection' or 'request', or a whole number, 1 or more." }),
    )
  })
})
