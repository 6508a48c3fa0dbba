import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Credential, Credentials } from '../../src/credentials.js'
import { crc32 } from '../../src/crypto/crc32.js'
import { Rc4, rc4 } from '../../src/crypto/rc4.js'
import { NtlmAcceptor } from '../../src/ntlm/acceptor.js'
import { decodeAvPairs, encodeAvPairs } from '../../src/ntlm/av-pairs.js'
import { Flag } from '../../src/ntlm/flags.js'
import { NtlmInitiator } from '../../src/ntlm/initiator.js'
import { keyExchangeKeyV1, lmHashOf, ntlmV1Response } from '../../src/ntlm/legacy.js'
import {
  decodeAuthenticate,
  decodeChallenge,
  encodeAuthenticate,
  encodeChallenge,
  encodeNegotiate,
} from '../../src/ntlm/messages.js'
import { lmV2Response, ntHashOf, ntlmV2Response, ntowfV2, upperCase } from '../../src/ntlm/response.js'
import { sealingKey, signingKey } from '../../src/ntlm/session-keys.js'
import { SessionSecurity } from '../../src/ntlm/session-security.js'
import {
  flagsOf,
  hex,
  publishedEntropy,
  publishedServerEntropy,
  vector,
  vectorNames,
} from './published-vectors.js'

const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const LEGACY = { ntlmV1: true, lm: true }

it('covers every published example', () => {
  expect(vectorNames).toHaveLength(12)
})

describe('[MS-NLMP] 4.2.1, common values', () => {
  const { inputs, expected } = vector('common-values')

  it('are encoded as published', () => {
    expect(utf16(inputs.user).toString('hex')).toBe(expected.userUnicode)
    expect(utf16(upperCase(inputs.user)).toString('hex')).toBe(expected.userUpperUnicode)
    expect(utf16(inputs.userDom).toString('hex')).toBe(expected.userDomUnicode)
    expect(utf16(inputs.passwd).toString('hex')).toBe(expected.passwdUnicode)
    expect(Buffer.from(inputs.passwd.toUpperCase(), 'latin1').toString('hex')).toBe(expected.passwdUpperOem)
    expect(utf16(inputs.serverName).toString('hex')).toBe(expected.serverNameUnicode)
    expect(utf16(inputs.workstationName).toString('hex')).toBe(expected.workstationUnicode)
  })
})

describe('[MS-NLMP] 4.2.2, NTLMv1', () => {
  const { inputs, expected } = vector('ntlmv1-keys-and-responses')
  const ntHash = ntHashOf(inputs.passwd)
  const lmHash = lmHashOf(inputs.passwd)!
  const serverChallenge = hex(inputs.serverChallenge)
  const clientChallenge = hex(inputs.clientChallenge)
  const randomKey = hex(inputs.randomSessionKey)

  it('4.2.2.1: hashes and the session base key', () => {
    expect(ntHash.toString('hex')).toBe(expected.NTOWFv1)
    expect(lmHash.toString('hex')).toBe(expected.LMOWFv1)
    const flags = flagsOf(inputs.negotiateFlags)
    const lmResponse = hex(expected.lmChallengeResponse)
    expect(keyExchangeKeyV1({ ntHash, serverChallenge, lmResponse, flags }).toString('hex')).toBe(
      expected.sessionBaseKey,
    )
  })

  it('4.2.2.2: the responses, with LM and with NoLMResponseNTLMv1', () => {
    const flags = flagsOf(inputs.negotiateFlags)
    const withLm = ntlmV1Response({ ntHash, lmHash, serverChallenge, clientChallenge, flags })
    expect(withLm.ntResponse.toString('hex')).toBe(expected.ntChallengeResponse)
    expect(withLm.lmResponse.toString('hex')).toBe(expected.lmChallengeResponse)
    const without = ntlmV1Response({ ntHash, serverChallenge, clientChallenge, flags })
    expect(without.lmResponse.toString('hex')).toBe(expected.lmChallengeResponse_NoLMResponseNTLMv1)
  })

  const exchanges = Object.entries(expected.keyExchange as unknown as Record<string, Record<string, string>>)
  it.each(exchanges)('4.2.2.2.3: the key exchange, %s', (_name, exchange) => {
    const flags = flagsOf(exchange.flags)
    const response = ntlmV1Response({ ntHash, lmHash, serverChallenge, clientChallenge, flags })
    expect(response.keyExchangeKey.toString('hex')).toBe(exchange.keyExchangeKey)
    expect(rc4(response.keyExchangeKey, randomKey).toString('hex')).toBe(exchange.encryptedSessionKey)
  })

  it.each(exchanges)(
    '4.2.2.2.3: an initiator answers so, and an acceptor finds the key, %s',
    async (_name, exchange) => {
      const credential = await new Credentials({
        username: 'Domain\\User',
        password: inputs.passwd,
        legacy: LEGACY,
      }).resolve()
      const initiator = new NtlmInitiator({
        credential,
        workstation: inputs.workstationName,
        services: { confidentiality: true, minimumStrength: 56 },
        legacy: LEGACY,
        entropy: publishedEntropy,
      })
      const acceptor = new NtlmAcceptor({
        accounts: () => ({ password: inputs.passwd }),
        names: { netbiosDomain: inputs.serverName, netbiosComputer: inputs.serverName },
        legacy: LEGACY,
        flags: flagsOf(exchange.flags),
        entropy: publishedServerEntropy,
      })
      initiator.step()
      // The examples' initiator offers more than ours does.
      const negotiate = encodeNegotiate({ flags: flagsOf(exchange.flags), domain: '', workstation: '' })
      const { token: challenge } = await acceptor.step(negotiate)
      const { token: authenticate } = initiator.step(challenge)
      const message = decodeAuthenticate(authenticate!)
      expect(Buffer.from(message.ntResponse).toString('hex')).toBe(expected.ntChallengeResponse)
      expect(Buffer.from(message.lmResponse).toString('hex')).toBe(expected.lmChallengeResponse)
      expect(Buffer.from(message.encryptedRandomSessionKey).toString('hex')).toBe(
        exchange.encryptedSessionKey,
      )
      const { verdict } = await acceptor.step(authenticate)
      expect(verdict).toMatchObject({ accepted: true, response: 'ntlm-v1' })
      expect(acceptor.session!.exportKey().equals(randomKey)).toBe(true)
    },
  )

  it('4.2.2.3: an acceptor believes the published AUTHENTICATE and has its session key', async () => {
    const acceptor = new NtlmAcceptor({
      accounts: () => ({ password: inputs.passwd }),
      names: { netbiosDomain: inputs.serverName, netbiosComputer: inputs.serverName },
      legacy: { ntlmV1: true },
      flags: flagsOf(inputs.negotiateFlags),
      entropy: publishedServerEntropy,
    })
    await acceptor.step(
      encodeNegotiate({ flags: flagsOf(inputs.negotiateFlags), domain: '', workstation: '' }),
    )
    const published = vector('ntlmv1-authenticate-message')
    const { verdict } = await acceptor.step(hex(published.expected.message))
    expect(verdict).toMatchObject({
      accepted: true,
      user: 'User',
      domain: 'Domain',
      workstation: 'COMPUTER',
      response: 'ntlm-v1',
    })
    expect(acceptor.session!.exportKey().equals(randomKey)).toBe(true)
  })

  it('4.2.2.4: GSS_WrapEx', () => {
    const { inputs: wrap, expected: wrapped } = vector('ntlmv1-gss-wrapex')
    const message = hex(wrap.message)
    expect(crc32(message).toString(16)).toBe(littleEndian(wrapped.crc32))
    const flags = flagsOf(wrap.negotiateFlags)
    const key = hex(wrap.sealingKey)
    expect(sealingKey(flags, key, 'initiator').equals(key)).toBe(true)

    const stream = new Rc4(key)
    stream.update(message)
    expect(stream.update(Buffer.alloc(4)).toString('hex')).toBe(wrapped.rc4OfRandomPadZero)
    expectWrapped(flags, key, message, wrapped)
  })
})

describe('[MS-NLMP] 4.2.3, NTLMv1 with client challenge', () => {
  const { inputs, expected } = vector('ntlmv1-ess-keys-and-responses')
  const flags = flagsOf(inputs.negotiateFlags)

  it('4.2.3.1 and 4.2.3.2: responses and keys', () => {
    const ntHash = ntHashOf(inputs.passwd)
    expect(ntHash.toString('hex')).toBe(expected.NTOWFv1)
    const withoutEss = flags & ~Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY
    const serverChallenge = hex(inputs.serverChallenge)
    const base = keyExchangeKeyV1({
      ntHash,
      serverChallenge,
      lmResponse: Buffer.alloc(24),
      flags: withoutEss,
    })
    expect(base.toString('hex')).toBe(expected.sessionBaseKey)
    const response = ntlmV1Response({
      ntHash,
      serverChallenge,
      clientChallenge: hex(inputs.clientChallenge),
      flags,
    })
    expect(response.ntResponse.toString('hex')).toBe(expected.ntChallengeResponse)
    expect(response.lmResponse.toString('hex')).toBe(expected.lmChallengeResponse)
    expect(response.keyExchangeKey.toString('hex')).toBe(expected.keyExchangeKey)
  })

  it('4.2.3.3 and 4.2.3.4: both sides, from the published CHALLENGE to GSS_WrapEx', async () => {
    const initiator = new NtlmInitiator({
      credential: new Credential({ user: inputs.user, domain: inputs.userDom }, ntHashOf(inputs.passwd)),
      services: { confidentiality: true, minimumStrength: 56 },
      legacy: { ntlmV1: true },
      entropy: publishedEntropy,
    })
    initiator.step()
    const { token } = initiator.step(hex(vector('ntlmv1-ess-challenge-message').expected.message))
    const acceptor = new NtlmAcceptor({
      accounts: () => ({ password: inputs.passwd }),
      names: { netbiosDomain: inputs.serverName, netbiosComputer: inputs.serverName },
      legacy: { ntlmV1: true },
      flags,
      entropy: publishedServerEntropy,
    })
    await acceptor.step(encodeNegotiate({ flags, domain: '', workstation: '' }))
    const { verdict } = await acceptor.step(token)
    expect(verdict).toMatchObject({ accepted: true, response: 'ntlm-v1-ess' })
    const key = hex(expected.exportedSessionKey)
    expect(initiator.session!.exportKey().equals(key)).toBe(true)
    expect(acceptor.session!.exportKey().equals(key)).toBe(true)

    const { inputs: wrap, expected: wrapped } = vector('ntlmv1-ess-gss-wrapex')
    const { sealed, signature } = initiator.session!.seal(hex(wrap.message))
    expect(sealed.toString('hex')).toBe(wrapped.sealedMessage)
    expect(signature.toString('hex')).toBe(wrapped.signature)
    expect(acceptor.session!.unseal(sealed, signature).toString('hex')).toBe(wrap.message)
  })

  it('4.2.3.4: keys and GSS_WrapEx', () => {
    const { inputs: wrap, expected: wrapped } = vector('ntlmv1-ess-gss-wrapex')
    const key = hex(wrap.exportedSessionKey)
    const cut = hex(wrapped.cutKeyExchangeKey56)
    const magic = 'session key to client-to-server sealing key magic constant\0'
    expect(key.subarray(0, 7).equals(cut)).toBe(true)
    expect(createHash('md5').update(cut).update(magic).digest('hex')).toBe(wrapped.clientSealingKey)
    expectKeys(flagsOf(wrap.negotiateFlags), key, wrapped)
    expectWrapped(flagsOf(wrap.negotiateFlags), key, hex(wrap.message), wrapped)
  })
})

describe('[MS-NLMP] 4.2.4, NTLMv2', () => {
  const { inputs, expected } = vector('ntlmv2-keys-and-responses')
  const ntHash = ntHashOf(inputs.passwd)
  const key = ntowfV2(ntHash, inputs.user, inputs.userDom)
  const serverChallenge = hex(inputs.serverChallenge)
  const clientChallenge = hex(inputs.clientChallenge)

  it('4.2.4.1: NTOWFv2, which is LMOWFv2 as well', () => {
    expect(key.toString('hex')).toBe(expected.NTOWFv2)
    expect(key.toString('hex')).toBe(expected.LMOWFv2)
  })

  it('4.2.4.1.3 to 4.2.4.2.3: temp, responses and keys', () => {
    const { ntResponse, sessionBaseKey } = ntlmV2Response({
      key,
      serverChallenge,
      clientChallenge,
      timestamp: hex(inputs.time),
      targetInfo: hex(inputs.targetInfo),
    })
    expect(ntResponse.toString('hex')).toBe(expected.ntChallengeResponse)
    expect(ntResponse.subarray(0, 16).toString('hex')).toBe(expected.ntProofStr)
    expect(ntResponse.subarray(16).toString('hex')).toBe(expected.temp)
    expect(sessionBaseKey.toString('hex')).toBe(expected.sessionBaseKey)
    expect(sessionBaseKey.toString('hex')).toBe(expected.keyExchangeKey)
    const lmResponse = lmV2Response(key, serverChallenge, clientChallenge)
    expect(lmResponse.toString('hex')).toBe(expected.lmChallengeResponse)
    expect(rc4(sessionBaseKey, hex(inputs.randomSessionKey)).toString('hex')).toBe(
      expected.encryptedSessionKey,
    )
  })

  it('4.2.4.3 and 4.2.4.4: the initiator, from the published CHALLENGE to GSS_WrapEx', () => {
    const initiator = new NtlmInitiator({
      credential: new Credential({ user: inputs.user, domain: inputs.userDom }, ntHash),
      workstation: inputs.workstationName,
      services: { confidentiality: true },
      entropy: publishedEntropy,
    })
    initiator.step()
    const { token } = initiator.step(hex(vector('ntlmv2-challenge-message').expected.message))
    const message = decodeAuthenticate(token!)
    expect(Buffer.from(message.ntResponse).toString('hex')).toBe(expected.ntChallengeResponse)
    expect(Buffer.from(message.lmResponse).toString('hex')).toBe(expected.lmChallengeResponse)
    expect(Buffer.from(message.encryptedRandomSessionKey).toString('hex')).toBe(expected.encryptedSessionKey)

    const { inputs: wrap, expected: wrapped } = vector('ntlmv2-gss-wrapex')
    const { sealed, signature } = initiator.session!.seal(hex(wrap.message))
    expect(sealed.toString('hex')).toBe(wrapped.sealedMessage)
    expect(signature.toString('hex')).toBe(wrapped.signature)
  })

  it('4.2.4.3 and 4.2.4.4: the acceptor, from the published AUTHENTICATE to GSS_UnwrapEx', async () => {
    const acceptor = new NtlmAcceptor({
      accounts: () => ({ ntHash }),
      names: { netbiosDomain: inputs.userDom, netbiosComputer: inputs.serverName },
      timestamp: false,
      entropy: publishedServerEntropy,
    })
    const flags = flagsOf(inputs.negotiateFlags)
    const { token } = await acceptor.step(encodeNegotiate({ flags, domain: '', workstation: '' }))
    expect(encodeAvPairs(decodeChallenge(token!).targetInfo!).toString('hex')).toBe(inputs.targetInfo)
    const { verdict } = await acceptor.step(hex(vector('ntlmv2-authenticate-message').expected.message))
    expect(verdict).toMatchObject({ accepted: true, user: 'User', domain: 'Domain', workstation: 'COMPUTER' })

    const { inputs: wrap, expected: wrapped } = vector('ntlmv2-gss-wrapex')
    expect(acceptor.session!.exportKey().toString('hex')).toBe(wrap.exportedSessionKey)
    const message = acceptor.session!.unseal(hex(wrapped.sealedMessage), hex(wrapped.signature))
    expect(message.toString('hex')).toBe(wrap.message)
  })

  it('4.2.4.4: keys, the checksum before RC4, and GSS_WrapEx', () => {
    const { inputs: wrap, expected: wrapped } = vector('ntlmv2-gss-wrapex')
    const flags = flagsOf(wrap.negotiateFlags)
    const exported = hex(wrap.exportedSessionKey)
    expectKeys(flags, exported, wrapped)
    expectWrapped(flags, exported, hex(wrap.message), wrapped)

    const withoutExchange = (flags & ~Flag.NEGOTIATE_KEY_EXCH) >>> 0
    const plain = new SessionSecurity({
      exportedSessionKey: exported,
      flags: withoutExchange,
      role: 'initiator',
    })
    const { signature } = plain.seal(hex(wrap.message))
    expect(signature.subarray(4, 12).toString('hex')).toBe(wrapped.checksumBeforeRc4)
  })
})

describe('[MS-NLMP] 4.2, whole messages', () => {
  it.each(['ntlmv1-challenge-message', 'ntlmv1-ess-challenge-message', 'ntlmv2-challenge-message'])(
    '%s is read and written as published',
    (name) => {
      const { inputs, expected } = vector(name)
      const message = {
        flags: flagsOf(inputs.negotiateFlags),
        targetName: inputs.targetName,
        serverChallenge: hex(inputs.serverChallenge),
        version: hex(inputs.version),
        ...(inputs.targetInfo ? { targetInfo: decodeAvPairs(hex(inputs.targetInfo)) } : {}),
      }
      const bytes = hex(expected.message)
      expect(bytes).toHaveLength(Number(expected.length))
      expect(decodeChallenge(bytes)).toEqual(message)
      expect(encodeChallenge(message).equals(bytes)).toBe(true)
    },
  )

  it.each(['ntlmv1-authenticate-message', 'ntlmv2-authenticate-message'])(
    '%s is read and written as published',
    (name) => {
      const { inputs, expected } = vector(name)
      const message = {
        flags: flagsOf(inputs.negotiateFlags),
        lmResponse: hex(inputs.lmChallengeResponse),
        ntResponse: hex(inputs.ntChallengeResponse),
        domain: inputs.domain,
        user: inputs.user,
        workstation: inputs.workstation,
        encryptedRandomSessionKey: hex(inputs.encryptedRandomSessionKey),
        version: hex(inputs.version),
      }
      const bytes = hex(expected.message)
      expect(bytes).toHaveLength(Number(expected.length))
      expect(decodeAuthenticate(bytes)).toEqual({ ...message, mic: undefined })
      expect(encodeAuthenticate(message).equals(bytes)).toBe(true)
      expect(bytes.indexOf(Buffer.from('D\0o\0m\0'))).toBe(Number(expected.payloadStartsAt))
    },
  )
})

function expectKeys(flags: number, key: Buffer, expected: Record<string, string>): void {
  expect(signingKey(flags, key, 'initiator')!.toString('hex')).toBe(expected.clientSigningKey)
  expect(sealingKey(flags, key, 'initiator').toString('hex')).toBe(expected.clientSealingKey)
}

/** GSS_WrapEx by the initiator, and GSS_UnwrapEx by the acceptor. */
function expectWrapped(
  flags: number,
  exportedSessionKey: Buffer,
  message: Buffer,
  expected: Record<string, string>,
): void {
  const initiator = new SessionSecurity({ exportedSessionKey, flags, role: 'initiator' })
  const acceptor = new SessionSecurity({ exportedSessionKey, flags, role: 'acceptor' })
  const { sealed, signature } = initiator.seal(message)
  expect(sealed.toString('hex')).toBe(expected.sealedMessage)
  expect(signature.toString('hex')).toBe(expected.signature)
  expect(acceptor.unseal(sealed, signature).equals(message)).toBe(true)
}

/** The examples write the CRC as its bytes go over the wire. */
function littleEndian(digits: string): string {
  return hex(digits).readUInt32LE(0).toString(16)
}
