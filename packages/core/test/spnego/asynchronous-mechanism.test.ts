import { describe, expect, it } from 'vitest'
import { NtlmError } from '../../src/errors.js'
import type { SecurityContext, SecurityContextStep } from '../../src/security-context.js'
import { SpnegoAcceptor } from '../../src/spnego/acceptor.js'
import { SpnegoInitiator } from '../../src/spnego/initiator.js'
import { encodeNegTokenResp } from '../../src/spnego/tokens.js'
import { acceptorWith, converse, initiatorWith } from '../ntlm/conversation.js'

/** A mechanism that asks somebody else for its tokens, as Kerberos asks its KDC: NTLM behind promises. */
async function awaited(): Promise<SecurityContext<Promise<SecurityContextStep>>> {
  const inner = await initiatorWith({ services: { integrity: true } })
  return {
    async step(token) {
      await new Promise(setImmediate)
      return inner.step(token)
    },
    get session() {
      return inner.session
    },
  }
}

const rejection = (code: string, message: string) => expect.objectContaining({ code, message })

describe('SPNEGO over a mechanism that steps by promises', () => {
  it('steps by promises, and ends with a signed list of mechanisms', async () => {
    const initiator = new SpnegoInitiator({ mechanism: await awaited() })
    const acceptor = new SpnegoAcceptor({ mechanism: acceptorWith(), mechListMic: 'require' })
    const first = initiator.step()
    expect(first).toBeInstanceOf(Promise)
    const challenge = await acceptor.step((await first).token)
    const answer = await initiator.step(challenge.token)
    const last = await acceptor.step(answer.token)
    expect(last.verdict).toMatchObject({ accepted: true })
    const end = initiator.step(last.token)
    expect(end).toBeInstanceOf(Promise)
    expect(await end).toEqual({ complete: true })
    acceptor.session!.verify(Buffer.from('m'), initiator.session!.sign(Buffer.from('m')))
  })

  it('answers bare NTLM in kind', async () => {
    const initiator = new SpnegoInitiator({ mechanism: await awaited() })
    const acceptor = new SpnegoAcceptor({ mechanism: acceptorWith() })
    const { token } = await (await awaited()).step()
    await initiator.step()
    const challenge = await acceptor.step(token)
    expect(await initiator.step(challenge.token)).toMatchObject({ complete: true })
  })

  it('rejects with what is wrong, and never throws', async () => {
    const initiator = new SpnegoInitiator({ mechanism: await awaited() })
    await initiator.step()
    const missing = initiator.step()
    await expect(missing).rejects.toThrow(
      rejection('ERR_NTLM_BAD_CHALLENGE', 'The answer to the NegTokenInit is missing.'),
    )
    const rejected = initiator.step(encodeNegTokenResp({ kind: 'resp', negState: 'reject' }))
    await expect(rejected).rejects.toThrow(
      rejection('ERR_NTLM_REJECTED', 'The other side rejected the SPNEGO negotiation.'),
    )
  })

  it("rejects with the mechanism's own error", async () => {
    const failure = new NtlmError('ERR_NTLM_TIMEOUT', 'Nobody answered.', { hint: 'Wait.' })
    const mechanism: SecurityContext<Promise<SecurityContextStep>> = { step: () => Promise.reject(failure) }
    await expect(new SpnegoInitiator({ mechanism }).step()).rejects.toBe(failure)
  })
})

describe('SPNEGO over a mechanism that has its tokens at hand', () => {
  it('has its own at hand as well', async () => {
    const initiator = new SpnegoInitiator({
      mechanism: await initiatorWith({ services: { integrity: true } }),
    })
    const { token, complete }: SecurityContextStep = initiator.step()
    expect([token![0], complete]).toEqual([0x60, false])
  })

  it('is a context like any other to whoever awaits', async () => {
    const contexts: SecurityContext[] = [
      await initiatorWith(),
      new SpnegoInitiator({ mechanism: await awaited() }),
    ]
    const acceptors = [acceptorWith(), new SpnegoAcceptor({ mechanism: acceptorWith() })]
    for (const [index, context] of contexts.entries()) {
      expect((await converse(context, acceptors[index])).verdict).toMatchObject({ accepted: true })
    }
  })
})
