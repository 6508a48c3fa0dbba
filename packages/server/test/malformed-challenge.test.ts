import { decodeChallenge, NtlmError, SpnegoInitiator } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import { MALFORMED_CHALLENGES } from '../src/malformed-challenge.js'
import { connect, start, stopAfterEach } from './fixture.js'
import { authorization, initiatorOf, tokenOf } from './raw-client.js'

stopAfterEach()

const negotiate = () => authorization('NTLM', initiatorOf())

describe('a malformed challenge', () => {
  it.each(MALFORMED_CHALLENGES.filter((kind) => kind !== 'empty'))(
    '(%s) is one that cannot be read',
    async (malformed) => {
      const server = await start({ malformed })
      const challenged = await connect(server).send({ authorization: negotiate() })
      expect(challenged.status).toBe(401)
      expect(challenged.challenges[0]).toMatch(/^NTLM ./)
      expect(() => decodeChallenge(tokenOf(challenged))).toThrow(NtlmError)
    },
  )

  it.each(['offset', 'length', 'signature', 'type'] as const)(
    '(%s) is one within SPNEGO too',
    async (malformed) => {
      const server = await start({ malformed, schemes: ['negotiate'] })
      const initiator = new SpnegoInitiator({ mechanism: initiatorOf() })
      const challenged = await connect(server).send({ authorization: authorization('Negotiate', initiator) })
      expect(() => initiator.step(tokenOf(challenged))).toThrow(NtlmError)
    },
  )

  it('(empty) is a scheme without a token', async () => {
    const server = await start({ malformed: 'empty' })
    expect((await connect(server).send({ authorization: negotiate() })).challenges).toEqual(['NTLM'])
  })
})
