import { Credentials, NtlmAcceptor, NtlmInitiator, SessionSecurity } from '@ntlmkit/core'
import { expect, it } from 'vitest'
import { ntHashOf } from '../../packages/core/src/ntlm/response.js'
import { Canary, Exposed, Search } from './canary.js'
import { type SecretKind, secretOptions } from './scenes.js'
import { PASSWORD, USERNAME } from './secret-account.js'

/**
 * Small Buffers share a slab: whoever has one can read all of it through its `buffer`, and `util.inspect` with
 * showHidden writes it out for a Uint8Array. What lives as long as an agent, or a session, may not be in there.
 */
function slabAfter<T>(work: () => T): { exposed: Exposed[]; result: T } {
  const used = slab()
  while (slab() === used);
  const fresh = slab()
  // What was there before is memory that somebody gave back.
  new Uint8Array(fresh).fill(0)
  const result = work()
  expect(slab()).toBe(fresh)
  return { exposed: [new Exposed('the slab', Buffer.from(fresh).toString('latin1'))], result }
}

/** The one that the next small Buffer comes from. */
function slab(): ArrayBufferLike {
  return Buffer.allocUnsafe(8).buffer
}

const ntHash = ntHashOf(PASSWORD)
const search = new Search([Canary.ofText('password', PASSWORD), Canary.ofBytes('NT hash', ntHash)])

it('what is put there is found there', () => {
  const { exposed } = slabAfter(() => Buffer.from(ntHash))
  expect(search.leaks(exposed)).not.toEqual([])
})

it.each<SecretKind>(['password', 'function', 'hash bytes', 'hash digits'])(
  'a secret given by %s is not where other Buffers are',
  (kind) => {
    const options = { username: USERNAME, ...secretOptions(kind, ntHash) }
    const { exposed, result } = slabAfter(() => {
      const credentials = new Credentials(options)
      credentials.resolve()
      return credentials
    })
    expect(result.account.user).toBe('zoë')
    expect(search.leaks(exposed)).toEqual([])
  },
)

it('neither is the key of a session', () => {
  const key = Buffer.alloc(16)
  key.set(Buffer.from('5d1e0b7fa94c2e83c6f0d18a3b927745', 'hex'))
  const { exposed, result } = slabAfter(() => {
    const session = new SessionSecurity({ exportedSessionKey: key, flags: 0xe2888235, role: 'initiator' })
    session.seal(Buffer.from('a message'))
    return session.exportKey()
  })
  expect(result.equals(key)).toBe(true)
  expect(new Search([Canary.ofBytes('key', key)]).leaks(exposed)).toEqual([])
})

it('neither is the key that a handshake exchanges', async () => {
  const credential = await new Credentials({ username: USERNAME, password: PASSWORD }).resolve()
  const services = { confidentiality: true }
  const initiator = new NtlmInitiator({ credential, services })
  const acceptor = new NtlmAcceptor({
    accounts: () => ({ password: PASSWORD }),
    names: { netbiosDomain: 'LAB', netbiosComputer: 'SERVER' },
    services,
  })
  const { token: challenge } = await acceptor.step(initiator.step().token)
  const { exposed } = slabAfter(() => initiator.step(challenge))
  const key = Canary.ofBytes('exported session key', initiator.session!.exportKey())
  expect(new Search([key]).leaks(exposed)).toEqual([])
})
