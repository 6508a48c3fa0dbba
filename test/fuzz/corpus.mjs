import {
  AvId,
  Credential,
  encodeAvPairs,
  encodeChallenge,
  encodeNegotiate,
  encodeNegTokenInit,
  encodeNegTokenResp,
  NTLM_OID,
  NtlmInitiator,
} from '@ntlmkit/core'

const KRB5 = '1.2.840.113554.1.2.2'
/** @param {string} text */
const utf16 = (text) => Buffer.from(text, 'utf16le')

const targetInfo = [
  { id: AvId.NB_DOMAIN_NAME, value: utf16('LAB') },
  { id: AvId.NB_COMPUTER_NAME, value: utf16('SERVER') },
  { id: AvId.DNS_DOMAIN_NAME, value: utf16('lab.test') },
  { id: AvId.FLAGS, value: Buffer.alloc(4) },
  { id: AvId.TIMESTAMP, value: Buffer.alloc(8, 0x21) },
  { id: 0x4711, value: Buffer.from('unknown') },
]

export const credential = new Credential({ user: 'alice', domain: 'LAB' }, Buffer.alloc(16, 9))

const negotiate = encodeNegotiate({
  flags: 0xe2088235,
  domain: '',
  workstation: '',
  version: Buffer.alloc(8, 1),
})
const supplied = encodeNegotiate({ flags: 0x3205, domain: 'LAB', workstation: 'DESK' })
const challenge = encodeChallenge({
  flags: 0xe28a8235,
  targetName: 'LAB',
  serverChallenge: Buffer.alloc(8, 0x42),
  targetInfo,
  version: Buffer.alloc(8, 2),
})
const oem = encodeChallenge({ flags: 0x8202, targetName: 'LAB', serverChallenge: Buffer.alloc(8, 0x42) })

function authenticate() {
  const initiator = new NtlmInitiator({
    credential,
    targetName: 'HTTP/server',
    channelBinding: Buffer.alloc(16, 5),
    workstation: 'DESK',
    services: { confidentiality: true },
    entropy: { now: () => 0, randomBytes: (size) => Buffer.alloc(size, 7) },
  })
  initiator.step()
  return Buffer.from(initiator.step(challenge).token ?? [])
}

/** As much of a certificate as a channel binding looks at: sha256WithRSAEncryption, and RSASSA-PSS with SHA-256. */
const certificates = [
  '300f3000300b06092a864886f70d01010b',
  '30223000301e06092a864886f70d01010a3011a00f300d06096086480165030402010500',
]

/** Good messages and tokens, from which bad ones are made. */
export const corpus = [
  ...certificates.map((digits) => Buffer.from(digits, 'hex')),
  negotiate,
  negotiate.subarray(0, 16),
  supplied,
  challenge,
  challenge.subarray(0, 48),
  oem,
  authenticate(),
  encodeAvPairs(targetInfo),
  encodeNegTokenInit({
    kind: 'init',
    mechTypes: [KRB5, NTLM_OID],
    mechToken: negotiate,
    mechListMic: Buffer.alloc(16),
  }),
  encodeNegTokenInit({ kind: 'init', mechTypes: [NTLM_OID], mechToken: negotiate }),
  encodeNegTokenResp({
    kind: 'resp',
    negState: 'accept-incomplete',
    supportedMech: NTLM_OID,
    responseToken: challenge,
  }),
  encodeNegTokenResp({ kind: 'resp', responseToken: authenticate(), mechListMic: Buffer.alloc(16, 3) }),
  encodeNegTokenResp({ kind: 'resp', negState: 'accept-completed', mechListMic: Buffer.alloc(16, 3) }),
]
