import { afterEach, describe, expect, it } from 'vitest'
import { Credential, type CredentialOptions, Credentials } from '../src/credentials.js'
import { DEFAULT_ACCEPTOR_FLAGS } from '../src/ntlm/acceptor-challenge.js'
import { Flag } from '../src/ntlm/flags.js'
import { NtlmInitiator } from '../src/ntlm/initiator.js'
import { decodeAuthenticate } from '../src/ntlm/messages.js'
import { ntHashOf } from '../src/ntlm/response.js'
import { ownOptions } from '../src/own-options.js'
import { SpnegoAcceptor } from '../src/spnego/acceptor.js'
import { SpnegoInitiator } from '../src/spnego/initiator.js'
import { acceptorWith, converse, initiatorWith, PASSWORD } from './ntlm/conversation.js'

const polluted: string[] = []

/** As a careless merge of somebody's JSON does it. */
function pollute(name: string, value: unknown): void {
  Object.defineProperty(Object.prototype, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  })
  polluted.push(name)
}

afterEach(() => {
  for (const name of polluted.splice(0)) Reflect.deleteProperty(Object.prototype, name)
})

describe('the options that were given', () => {
  it('are their own ones, and those of their groups', () => {
    pollute('ntlmV1', true)
    pollute('domain', 'EVIL')
    const own = ownOptions({ username: 'alice', legacy: { lm: true } }, 'legacy')
    expect(Object.keys(own)).toEqual(['username', 'legacy'])
    expect('domain' in own).toBe(false)
    expect('ntlmV1' in own.legacy).toBe(false)
  })

  it('leave an object that is no group as it is', () => {
    const entropy = new (class {
      now = () => 0
    })()
    expect(ownOptions({ entropy }).entropy).toBe(entropy)
  })
})

describe('what is inherited from a polluted Object.prototype', () => {
  it('is no password, and no second secret beside a hash', async () => {
    pollute('password', 'x')
    expect(() => new Credentials({ username: 'alice' })).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: 'Neither password nor ntHash is given.',
      }),
    )
    const { ntowfV1 } = Credential.prototype
    const credential = await new Credentials({ username: 'alice', ntHash: ntHashOf(PASSWORD) }).resolve()
    expect(ntowfV1.call(credential)).toEqual(ntHashOf(PASSWORD))
  })

  it('is no user name and no domain', () => {
    pollute('username', 'mallory')
    pollute('domain', 'EVIL')
    expect(() => new Credentials({ password: 'x' } as CredentialOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'The username is missing.' }),
    )
    expect(new Credentials({ username: 'alice', password: 'x' }).account).toEqual({
      user: 'alice',
      domain: '',
    })
  })

  it.each([
    ['legacy itself', 'legacy', { ntlmV1: true }, undefined],
    ['what is in it', 'ntlmV1', true, {}],
  ])('is no NTLMv1: %s', async (_what, name, value, legacy) => {
    const withoutInfo = (DEFAULT_ACCEPTOR_FLAGS & ~Flag.NEGOTIATE_TARGET_INFO) >>> 0
    const challenge = async (initiator: NtlmInitiator) =>
      (await acceptorWith({ flags: withoutInfo }).step(initiator.step().token)).token
    const credential = await new Credentials({ username: 'alice', password: PASSWORD }).resolve()
    pollute(name, value)
    const initiator = new NtlmInitiator({ credential, legacy })
    const { ntResponse } = decodeAuthenticate(initiator.step(await challenge(initiator)).token!)
    expect(ntResponse.length).toBeGreaterThan(24)
  })

  it('opens no acceptor: no guest, no missing MIC, no password beside an NT hash', async () => {
    const accounts = () => ({ ntHash: ntHashOf(PASSWORD) })
    const guest = await initiatorWith({ account: { username: 'LAB\\Guest' } })
    const mallory = await initiatorWith({ account: { password: 'x' } })
    pollute('guest', true)
    pollute('allow', { guest: true, anonymous: true })
    pollute('password', 'x')
    expect((await converse(guest, acceptorWith({ accounts }))).verdict).toMatchObject({ failed: 'guest' })
    expect((await converse(mallory, acceptorWith({ accounts, allow: {} }))).verdict).toMatchObject({
      failed: 'password',
      guest: false,
    })
    const anonymous = new NtlmInitiator({ credential: 'anonymous' })
    pollute('anonymous', true)
    expect((await converse(anonymous, acceptorWith({ allow: {} }))).verdict).toMatchObject({
      failed: 'anonymous',
    })
  })

  it('is no mechanism of SPNEGO', async () => {
    const mechanism = await initiatorWith({ services: { integrity: true } })
    pollute('oid', '1.2.840.113554.1.2.2')
    const initiator = new SpnegoInitiator({ mechanism })
    const acceptor = new SpnegoAcceptor({ mechanism: acceptorWith() })
    expect((await converse(initiator, acceptor)).verdict).toMatchObject({ accepted: true })
  })
})
