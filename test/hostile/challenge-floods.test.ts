import { answer, refusal } from './answers.js'
import type { Attack } from './attack.js'
import { challengeBytes, negotiateChallenge, ntlmChallenge, offer } from './challenge-tokens.js'
import { byTransport, FIRST } from './clients.js'
import { ours } from './outcomes.js'
import { describeAttacks } from './suite.js'
import { says } from './writing.js'

const negotiate = { schemes: ['negotiate'] } as const

const ANSWERED = `${FIRST}, GET AUTHENTICATE`
const REJECTED = { status: 401 }
/** Short enough that so many stay within the limits of a head. */
const many = (count: number) =>
  Array.from({ length: count }, () => ntlmChallenge({ targetName: '', targetInfo: [] }))

/** Accepts whoever has answered. */
const challengesWith = (...challenges: string[]) =>
  says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(200) : refusal(...challenges)))

const withoutEnd: Attack[] = [
  {
    name: 'has a new CHALLENGE for ever, also for the AUTHENTICATE',
    script: says(() => refusal(ntlmChallenge())),
    outcome: REJECTED,
    requests: ANSWERED,
  },
  {
    name: 'has a new CHALLENGE for ever within Negotiate',
    script: says(() => refusal(negotiateChallenge())),
    identity: negotiate,
    outcome: REJECTED,
    requests: ANSWERED,
  },
  {
    name: 'has a new CHALLENGE for ever in Negotiate without SPNEGO',
    script: says(() => refusal(offer('Negotiate', challengeBytes()))),
    identity: negotiate,
    outcome: REJECTED,
    requests: ANSWERED,
  },
  {
    name: 'says accept-incomplete for ever',
    script: says(({ nth }) => refusal(negotiateChallenge(nth === 1 ? {} : { responseToken: undefined }))),
    identity: negotiate,
    outcome: REJECTED,
    requests: ANSWERED,
  },
  {
    name: 'asks for a mechListMIC for ever',
    script: says(({ nth }) => {
      const token = nth === 1 ? {} : { responseToken: undefined }
      return refusal(negotiateChallenge({ negState: 'request-mic', ...token }))
    }),
    identity: negotiate,
    outcome: REJECTED,
    requests: ANSWERED,
  },
  {
    name: 'challenges within Negotiate where NTLM was begun, and within NTLM where Negotiate was',
    script: says(({ nth }) => refusal(nth % 2 === 1 ? negotiateChallenge() : ntlmChallenge())),
    outcome: REJECTED,
    requests: byTransport(
      'GET NEGOTIATE, GET NEGOTIATE, GET none',
      'HEAD NEGOTIATE, HEAD NEGOTIATE, GET NEGOTIATE, GET none',
    ),
    kept: 1,
  },
]

const atOnce: Attack[] = [
  {
    name: 'has 100 challenges in one line: the first is answered',
    script: challengesWith(many(100).join(', ')),
    outcome: { status: 200 },
    requests: ANSWERED,
    kept: 1,
  },
  {
    name: 'has 100 challenges in 100 lines: the first is answered',
    script: challengesWith(...many(100)),
    outcome: { status: 200 },
    requests: ANSWERED,
    kept: 1,
  },
  {
    name: 'has a broken challenge before a good one: nothing else is tried',
    script: challengesWith('NTLM AAAA', ntlmChallenge()),
    outcome: ours.malformed('the NTLM message needs 8 more bytes at offset 0 and has 3.'),
    requests: FIRST,
  },
  {
    name: 'has its challenges under other schemes as well',
    script: challengesWith(
      `Basic realm="x", Digest ${ntlmChallenge().slice(5)}, Bearer`,
      negotiateChallenge(),
      ntlmChallenge(),
    ),
    outcome: { status: 200 },
    requests: ANSWERED,
    kept: 1,
  },
  {
    name: 'breaks its challenge over two lines',
    script: challengesWith(ntlmChallenge().slice(0, 45), ntlmChallenge().slice(45)),
    outcome: ours.malformed('the CHALLENGE message needs 8 more bytes at offset 24 and has 6.'),
    requests: FIRST,
  },
  {
    name: 'breaks its challenge over two schemes',
    script: challengesWith(ntlmChallenge().slice(0, 45), `Negotiate ${ntlmChallenge().slice(45)}`),
    outcome: ours.malformed('the CHALLENGE message needs 8 more bytes at offset 24 and has 6.'),
    requests: FIRST,
  },
]

describeAttacks([...withoutEnd, ...atOnce])
