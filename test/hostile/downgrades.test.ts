import { AvId, decodeAuthenticate, Flag, type NegTokenResp } from '@ntlmkit/core'
import { ALICE } from '../wire.js'
import { answer, refusal } from './answers.js'
import type { Attack } from './attack.js'
import {
  challengeBytes,
  negotiateChallenge,
  ntlmChallenge,
  TIMESTAMP,
  USUAL_FLAGS,
} from './challenge-tokens.js'
import { FIRST } from './clients.js'
import { ours } from './outcomes.js'
import { describeAttacks, JURGEN } from './suite.js'
import { says } from './writing.js'

const negotiate = { schemes: ['negotiate'] } as const

const answered = { outcome: { status: 200 }, requests: `${FIRST}, GET AUTHENTICATE`, kept: 1 }

const {
  NEGOTIATE_UNICODE: UNICODE,
  NEGOTIATE_OEM: OEM,
  NEGOTIATE_TARGET_INFO: TARGET_INFO,
  NEGOTIATE_EXTENDED_SESSIONSECURITY: ESS,
} = Flag
const withFlags = (set: number, clear: number) => ({ flags: ((USUAL_FLAGS | set) & ~clear) >>> 0 })

/** Accepts whoever has answered. */
const challengesWith = (challenge: () => string) =>
  says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(200) : refusal(challenge())))
const ntlmWith = (set: number, clear: number, options: object = {}) =>
  challengesWith(() => ntlmChallenge({ ...withFlags(set, clear), ...options }))
const spnegoWith = (token: Partial<NegTokenResp>) => challengesWith(() => negotiateChallenge(token))

/** NTLMv2, whatever it was asked: an NTLMv1 response is 24 bytes long and an LM response has no proof in front. */
function isV2(authorization = ''): boolean {
  const { ntResponse } = decodeAuthenticate(Buffer.from(authorization.split(' ')[1], 'base64'))
  return ntResponse.length >= 52 && ntResponse[16] === 1
}

/** Accepts NTLMv2, and answers 500 to anything weaker. */
const weakened = (set: number, clear: number, options: object = {}) =>
  says(({ request }) => {
    if (request.leg !== 'AUTHENTICATE')
      return refusal(ntlmChallenge({ ...withFlags(set, clear), ...options }))
    return answer(isV2(request.headers.authorization) ? 200 : 500)
  })

const ofNtlm: Attack[] = [
  { name: 'has no target info, and gets NTLMv2', script: weakened(0, TARGET_INFO), ...answered },
  {
    name: 'sends target info and takes its flag away, and gets NTLMv2',
    script: weakened(0, TARGET_INFO, { targetInfo: [TIMESTAMP] }),
    ...answered,
  },
  { name: 'has no extended session security, and gets NTLMv2', script: weakened(0, ESS), ...answered },
  {
    name: 'takes LM_KEY in its place, and gets NTLMv2',
    script: weakened(Flag.NEGOTIATE_LM_KEY | Flag.REQUEST_NON_NT_SESSION_KEY, ESS | TARGET_INFO),
    ...answered,
  },
  {
    name: 'sends a CHALLENGE of NT 4 without any flag but OEM, and gets NTLMv2',
    script: weakened(OEM, ~OEM),
    ...answered,
  },
  {
    name: 'takes Unicode from a name outside ASCII',
    script: ntlmWith(OEM, UNICODE),
    identity: { username: JURGEN },
    outcome: ours.downgrade('a name outside ASCII needs NTLMSSP_NEGOTIATE_UNICODE, which is missing.'),
    requests: FIRST,
  },
  { name: 'takes Unicode from an ASCII name: that is none', script: ntlmWith(OEM, UNICODE), ...answered },
  {
    name: 'takes 128 bit, SIGN and KEY_EXCH away, which HTTP has no use for: that is none',
    script: ntlmWith(
      0,
      Flag.NEGOTIATE_128 | Flag.NEGOTIATE_56 | Flag.NEGOTIATE_SIGN | Flag.NEGOTIATE_KEY_EXCH,
    ),
    ...answered,
  },
  {
    name: 'has no timestamp, and so no MIC: that is none',
    script: ntlmWith(0, 0, { targetInfo: [] }),
    ...answered,
  },
  {
    name: 'sets every flag there is: that is none',
    script: ntlmWith(0xffffffff, 0),
    ...answered,
  },
]

const ofSpnego: Attack[] = [
  {
    name: 'rejects the negotiation at once',
    script: spnegoWith({ negState: 'reject', responseToken: undefined }),
    outcome: ours.rejectedByPeer(ALICE.username),
    requests: FIRST,
  },
  {
    name: 'rejects it with a CHALLENGE in hand',
    script: spnegoWith({ negState: 'reject' }),
    outcome: ours.rejectedByPeer(ALICE.username),
    requests: FIRST,
  },
  {
    name: 'chooses Kerberos, which was not offered',
    script: spnegoWith({ supportedMech: '1.2.840.113554.1.2.2' }),
    outcome: ours.downgrade(
      'the other side chose mechanism 1.2.840.113554.1.2.2, and 1.3.6.1.4.1.311.2.2.10 was offered.',
    ),
    requests: FIRST,
  },
  {
    name: 'chooses a mechanism that nobody knows',
    script: spnegoWith({ supportedMech: '1.3.6.1.4.1.99999.1' }),
    outcome: ours.downgrade(
      'the other side chose mechanism 1.3.6.1.4.1.99999.1, and 1.3.6.1.4.1.311.2.2.10 was offered.',
    ),
    requests: FIRST,
  },
  {
    name: 'is done before it has challenged',
    script: spnegoWith({ negState: 'accept-completed', responseToken: undefined }),
    outcome: ours.malformed('a NegTokenResp has no responseToken, and the mechanism needs one.'),
    requests: FIRST,
  },
  {
    name: 'is done with its CHALLENGE',
    script: spnegoWith({ negState: 'accept-completed' }),
    outcome: ours.malformed('the other side is done before the mechanism is.'),
    requests: FIRST,
  },
  {
    name: 'wants the list of mechanisms signed and takes SIGN away',
    script: spnegoWith({
      negState: 'request-mic',
      responseToken: challengeBytes(withFlags(0, Flag.NEGOTIATE_SIGN)),
    }),
    outcome: ours.downgrade('the services asked for need NTLMSSP_NEGOTIATE_SIGN, which is missing.'),
    requests: FIRST,
  },
  {
    name: 'has no target info within Negotiate, where a signature is wanted: it hides who it is as well',
    script: spnegoWith({ responseToken: challengeBytes(withFlags(0, TARGET_INFO)) }),
    outcome: ours.malformed('the target info has no MsvAvNbComputerName and no MsvAvNbDomainName.'),
    requests: FIRST,
  },
  {
    name: 'hides who it is where a signature is wanted',
    script: spnegoWith({ responseToken: challengeBytes({ targetInfo: [TIMESTAMP] }) }),
    outcome: ours.malformed('the target info has no MsvAvNbComputerName and no MsvAvNbDomainName.'),
    requests: FIRST,
  },
]

const ofTargetInfo: Attack[] = [
  {
    name: 'has two MsvAvFlags and two timestamps: the first ones count',
    script: ntlmWith(0, 0, {
      targetInfo: [
        { id: AvId.FLAGS, value: Buffer.from([0, 0, 0, 0]) },
        TIMESTAMP,
        { id: AvId.FLAGS, value: Buffer.from([2, 0, 0, 0]) },
        { id: AvId.TIMESTAMP, value: Buffer.alloc(8) },
      ],
    }),
    ...answered,
  },
  {
    name: 'has MsvAvFlags of two bytes',
    script: ntlmWith(0, 0, { targetInfo: [{ id: AvId.FLAGS, value: Buffer.alloc(2) }] }),
    outcome: ours.malformed('AV pair 6 is 2 bytes long, not 4.'),
    requests: FIRST,
  },
  {
    name: 'has a timestamp of no bytes',
    script: ntlmWith(0, 0, { targetInfo: [{ id: AvId.TIMESTAMP, value: Buffer.alloc(0) }] }),
    outcome: ours.malformed('AV pair 7 is 0 bytes long, not 8.'),
    requests: FIRST,
  },
  {
    name: 'has a thousand pairs that nobody knows',
    script: ntlmWith(0, 0, {
      targetInfo: Array.from({ length: 1000 }, (_, i) => ({ id: 1000 + i, value: Buffer.alloc(1) })),
    }),
    ...answered,
  },
]

describeAttacks([
  ...ofNtlm,
  ...ofTargetInfo,
  ...ofSpnego.map((attack) => ({ ...attack, identity: negotiate })),
])
