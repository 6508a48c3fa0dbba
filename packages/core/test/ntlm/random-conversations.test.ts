import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Credential } from '../../src/credentials.js'
import { NtlmError } from '../../src/errors.js'
import { AvId } from '../../src/ntlm/av-pairs.js'
import { NtlmInitiator } from '../../src/ntlm/initiator.js'
import { ntHashOf } from '../../src/ntlm/response.js'
import { anyName, avPair, octets } from './arbitraries.js'
import { acceptorWith, converse, NAMES } from './conversation.js'

/** Pairs that an acceptor may add without contradicting the ones it has already. */
const extraPair = avPair(200).filter(({ id }) => id > AvId.CHANNEL_BINDINGS)
const hugePair = fc
  .integer({ min: 0, max: 65_535 })
  .map((size) => ({ id: 0x4711, value: Buffer.alloc(size, 1) }))
const extraPairs = fc.oneof(
  fc.array(extraPair, { maxLength: 10 }),
  hugePair.map((pair) => [pair]),
)

const conversation = fc.record({
  user: anyName.filter((name) => name !== '' && name.toLowerCase() !== 'guest'),
  domain: anyName,
  workstation: anyName,
  password: anyName,
  targetName: fc.option(anyName, { nil: undefined }),
  binding: fc.option(octets(16), { nil: undefined }),
  timestamp: fc.boolean(),
  seals: fc.boolean(),
  extraPairs,
  message: fc.uint8Array({ maxLength: 200 }),
})

describe('a conversation about anything', () => {
  it('ends with the account believed, by whatever names and through whatever target info', async () => {
    let outsized = 0
    await fc.assert(
      fc.asyncProperty(conversation, async (about) => {
        const { user, domain, workstation, password, targetName, binding, timestamp, seals } = about
        const initiator = new NtlmInitiator({
          credential: new Credential({ user, domain }, ntHashOf(password)),
          workstation,
          targetName,
          channelBinding: binding,
          services: seals ? { confidentiality: true } : undefined,
        })
        const accounts = (name: { user: string; domain: string }) =>
          name.user === user && name.domain === domain ? { password } : undefined
        const acceptor = acceptorWith({
          accounts,
          timestamp,
          extraPairs: about.extraPairs,
          channelBinding: binding ? 'require' : 'off',
          expectedBinding: binding,
          spn: (name) => name === targetName,
        })
        try {
          const { verdict } = await converse(initiator, acceptor)
          expect(verdict).toMatchObject({ accepted: true, user, domain, workstation })
          if (!seals) return
          const message = acceptor.session!.unwrap(initiator.session!.wrap(about.message))
          expect(message.equals(about.message)).toBe(true)
        } catch (error) {
          // A challenge of almost 64 KB leaves no room for the answer, and says so.
          expect(error).toBeInstanceOf(NtlmError)
          expect((error as NtlmError).message).toContain('the target info leaves no room')
          outsized++
        }
      }),
      { numRuns: 400 },
    )
    expect(outsized).toBeLessThan(40)
  })

  it('upper-cases a user as the other side does: any spelling of the same name is the same account', async () => {
    const spelling = fc.tuple(fc.constantFrom('жук', 'zoë', 'straße', 'İıiI', 'ςσ', '😀a'), fc.string())
    await fc.assert(
      fc.asyncProperty(spelling, async ([user, password]) => {
        const initiator = new NtlmInitiator({
          credential: new Credential({ user, domain: 'LAB' }, ntHashOf(password)),
        })
        const { verdict } = await converse(
          initiator,
          acceptorWith({ accounts: () => ({ password }), names: NAMES }),
        )
        expect(verdict).toMatchObject({ accepted: true, user })
      }),
      { numRuns: 50 },
    )
  })

  it('is refused for any other password', async () => {
    const two = fc.tuple(anyName, anyName).filter(([one, other]) => one !== other)
    await fc.assert(
      fc.asyncProperty(two, async ([right, wrong]) => {
        const credential = new Credential({ user: 'alice', domain: 'LAB' }, ntHashOf(wrong))
        const acceptor = acceptorWith({ accounts: () => ({ password: right }) })
        const { verdict } = await converse(new NtlmInitiator({ credential }), acceptor)
        expect(verdict).toMatchObject({ accepted: false, failed: 'password' })
      }),
      { numRuns: 200 },
    )
  })
})
