import { type DecodedField, decodeToken } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { hex, vector, vectorNames } from '../../core/test/ntlm/published-vectors.js'
import { fieldOf, tokenOf } from './fixtures.js'

const CHALLENGE = hex(vector('ntlmv2-challenge-message').expected.message)
const AUTHENTICATE = hex(vector('ntlmv2-authenticate-message').expected.message)

describe('the messages of [MS-NLMP] 4.2', () => {
  it('a CHALLENGE, field by field', () => {
    const { fields, title, problems } = decodeToken(CHALLENGE)

    expect(title).toBe('NTLM CHALLENGE')
    expect(fields.map(rowOf)).toEqual([
      [0, 8, 'Signature', 'NTLMSSP'],
      [8, 4, 'MessageType', '2'],
      [12, 8, 'TargetNameFields', '12 bytes at 56'],
      [20, 4, 'NegotiateFlags', '0xe28a8233'],
      [24, 8, 'ServerChallenge', '0123456789abcdef'],
      [32, 8, 'Reserved', '0000000000000000'],
      [40, 8, 'TargetInfoFields', '36 bytes at 68'],
      [48, 8, 'Version', '6.0.6000'],
      [56, 12, 'TargetName', 'Server'],
      [68, 36, 'TargetInfo', '3 AV pairs'],
    ])
    expect(fields.at(-1)?.fields?.map(rowOf)).toEqual([
      [68, 16, 'MsvAvNbDomainName', 'Domain'],
      [84, 16, 'MsvAvNbComputerName', 'Server'],
      [100, 4, 'MsvAvEOL', ''],
    ])
    expect(problems).toEqual(['NegotiateFlags: both Unicode and OEM are set: Unicode holds.'])
  })

  it('an AUTHENTICATE, with the parts of its NTLMv2 response', () => {
    const { fields, ntlm } = decodeToken(AUTHENTICATE)

    expect(fields.slice(2).map(rowOf)).toEqual([
      [12, 8, 'LmChallengeResponseFields', '24 bytes at 108'],
      [20, 8, 'NtChallengeResponseFields', '84 bytes at 132'],
      [28, 8, 'DomainNameFields', '12 bytes at 72'],
      [36, 8, 'UserNameFields', '8 bytes at 84'],
      [44, 8, 'WorkstationFields', '16 bytes at 92'],
      [52, 8, 'EncryptedRandomSessionKeyFields', '16 bytes at 216'],
      [60, 4, 'NegotiateFlags', '0xe2888235'],
      [64, 8, 'Version', '5.1.2600'],
      [72, 12, 'DomainName', 'Domain'],
      [84, 8, 'UserName', 'User'],
      [92, 16, 'Workstation', 'COMPUTER'],
      [108, 24, 'LmChallengeResponse', '86c35097ac9cec10... (24 bytes)'],
      [132, 84, 'NtChallengeResponse', 'NTLMv2'],
      [216, 16, 'EncryptedRandomSessionKey', 'c5dad2544fc97990... (16 bytes)'],
    ])
    expect(fieldOf(fields, 'NtChallengeResponse')?.fields?.map(rowOf)).toEqual([
      [132, 16, 'NTProofStr', '68cd0ab851e51c96... (16 bytes)'],
      [148, 1, 'RespType', '1'],
      [149, 1, 'HiRespType', '1'],
      [156, 8, 'TimeStamp', '1601-01-01T00:00:00.000Z'],
      [164, 8, 'ChallengeFromClient', 'aaaaaaaaaaaaaaaa'],
      [176, 36, 'AvPairs', '3 AV pairs'],
      [212, 4, '(behind)', '00000000'],
    ])
    expect(ntlm).toMatchObject({
      type: 'authenticate',
      flags: 0xe2888235,
      domain: 'Domain',
      user: 'User',
      workstation: 'COMPUTER',
      response: 'ntlm-v2',
      hasMic: false,
    })
  })

  it('every one of them is read to its end', () => {
    const messages = vectorNames.flatMap((name) => vector(name).expected.message ?? [])

    expect(messages).toHaveLength(5)
    for (const message of messages) {
      const bytes = hex(message)
      const ends = decodeToken(bytes).fields.map(({ offset, length }) => offset + length)
      expect(Math.max(...ends)).toBe(bytes.length)
    }
  })
})

describe('what a message says beside its bytes', () => {
  it('the build is a product', () => {
    expect(explained(tokenOf('Windows Server 2019, asyauth'), 'Version')).toBe(
      'Windows Server 2019, Windows 10 1809; NTLM revision 15',
    )
    expect(explained(tokenOf('Samba over SMB1'), 'Version')).toBe('Samba; NTLM revision 15')
  })

  it('a flag is in the byte that it has', () => {
    const flags = fieldOf(decodeToken(CHALLENGE).fields, 'NegotiateFlags')?.fields ?? []

    expect(flags.map(rowOf).slice(-3)).toEqual([
      [23, 1, 'NTLMSSP_NEGOTIATE_128', '0x20000000'],
      [23, 1, 'NTLMSSP_NEGOTIATE_KEY_EXCH', '0x40000000'],
      [23, 1, 'NTLMSSP_NEGOTIATE_56', '0x80000000'],
    ])
  })

  it('names, time and version of a server are facts', () => {
    expect(decodeToken(tokenOf('a domain controller, in tests of a .NET library')).ntlm).toMatchObject({
      type: 'challenge',
      targetName: 'DANVMCLOUD',
      netbiosDomain: 'DANVMCLOUD',
      netbiosComputer: 'OP-AGENT-2',
      dnsDomain: 'dan.vmcloud',
      dnsComputer: 'op-agent-2.dan.vmcloud',
      dnsForest: 'dan.vmcloud',
      timestamp: Date.parse('2025-05-29T19:43:20.797Z'),
      version: '10.0.20348',
    })
  })

  it.each([
    [
      'with binding and SPN',
      { channelBinding: '5a'.repeat(16), servicePrincipal: 'HTTP/server.lab.test', hasMic: true },
    ],
    ['with a binding of zeros', { channelBinding: '00'.repeat(16), hasMic: true }],
    ['NTLMv1', { response: 'ntlm-v1', hasMic: false }],
    ['NTLMv1 with ESS', { response: 'ntlm-v1-ess' }],
    ['LM alone', { response: 'ntlm-v1' }],
    ['anonymous', { response: 'anonymous', user: '' }],
    ['UPN, LMv2', { response: 'ntlm-v2', user: 'alice@lab.test', domain: '', workstation: 'DESK' }],
    ['names in Chinese', { user: '王小明', domain: '实验室' }],
  ])('an AUTHENTICATE %s', (name, facts) => {
    expect(decodeToken(tokenOf(`AUTHENTICATE ${name}`)).ntlm).toMatchObject(facts)
  })

  it.each([
    ['with binding and SPN', 'none, as it should be where the challenge has a timestamp'],
    ['NTLMv1 with ESS', "the client's challenge"],
    ['NTLMv1 twice', 'the NTLMv1 response again: no LM'],
    ['UPN, LMv2', 'LMv2'],
    ['anonymous', 'anonymous'],
  ])('the LM response of an AUTHENTICATE %s: %s', (name, words) => {
    expect(explained(tokenOf(`AUTHENTICATE ${name}`), 'LmChallengeResponse')).toBe(words)
  })
})

describe('no value shows a whole response, key or checksum', () => {
  it.each(['with a session key', 'NTLMv1'])('of an AUTHENTICATE %s', (name) => {
    const { fields } = decodeToken(tokenOf(`AUTHENTICATE ${name}`))
    const shown = JSON.stringify(fields)

    for (const octet of ['01', '02', '03', '04', '07']) expect(shown).not.toContain(octet.repeat(9))
  })
})

describe('SPNEGO', () => {
  it('what is inside has its offset in the whole token', () => {
    const token = tokenOf('SSPI off a domain, dotnet/Kerberos.NET')
    const { fields, title, ntlm } = decodeToken(token)

    expect(title).toBe('NTLM NEGOTIATE in a SPNEGO NegTokenInit')
    expect(fields.map(rowOf)).toEqual([
      [3, 8, 'thisMech', '1.3.6.1.5.5.2'],
      [15, 50, 'mechTypes', 'NTLM, Kerberos, Kerberos, NEGOEX'],
      [69, 64, 'mechToken', 'NTLM NEGOTIATE'],
    ])
    expect(token.subarray(69, 76).toString()).toBe('NTLMSSP')
    expect(fieldOf(fields, 'Workstation')).toMatchObject({ offset: 109, value: 'DESKTOP-Q8RE0UE' })
    expect(ntlm).toMatchObject({ type: 'negotiate', domain: 'WORKGROUP', workstation: 'DESKTOP-Q8RE0UE' })
  })

  it.each(['accept-completed', 'accept-incomplete', 'reject', 'request-mic'])('negState %s', (state) => {
    const { fields, title } = decodeToken(tokenOf(`NegTokenResp ${state}`))

    expect(title).toBe(`SPNEGO NegTokenResp: ${state}`)
    expect(fields.map(({ name, explanation }) => [name, explanation])).toEqual([
      ['negState', undefined],
      ['supportedMech', 'NTLM'],
      ['mechListMIC', 'over the list of mechanisms'],
    ])
  })

  it('hints of NegTokenInit2', () => {
    const { fields, title } = decodeToken(tokenOf("Samba's hints, a domain controller"))

    expect(title).toBe('SPNEGO NegTokenInit2')
    expect(fieldOf(fields, 'negHints')?.value).toBe('not_defined_in_RFC4178@please_ignore')
  })

  it.each([
    ['an AP-REQ', 'kerberos', 'Kerberos AP-REQ'],
    ['the same with the header of GSS-API', 'kerberos', 'Kerberos AP-REQ'],
    ['Kerberos in SPNEGO', 'neg-token-init', 'Kerberos AP-REQ in a SPNEGO NegTokenInit'],
    ['Kerberos user to user', 'neg-token-init', 'Kerberos TGT-REQ in a SPNEGO NegTokenInit'],
  ])('%s is Kerberos', (origin, kind, title) => {
    const token = decodeToken(tokenOf(origin))

    expect(token).toMatchObject({ kind, title })
    expect(token.ntlm).toBeUndefined()
  })
})

function rowOf({ offset, length, name, value }: DecodedField) {
  return [offset, length, name, value]
}

function explained(token: Uint8Array, name: string): string | undefined {
  return fieldOf(decodeToken(token).fields, name)?.explanation
}
