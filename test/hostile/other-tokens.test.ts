import { expect, it } from 'vitest'
import { answer, refusal } from './answers.js'
import type { Attack } from './attack.js'
import { challengeBytes, negotiateChallenge, ntlmChallenge, offer } from './challenge-tokens.js'
import { byTransport, EVERY_LEG, FIRST } from './clients.js'
import { type Outcome, ours, theirs } from './outcomes.js'
import { describeAttacks } from './suite.js'
import { says } from './writing.js'

const negotiate = { schemes: ['negotiate'] } as const

const TWICE = `${FIRST}, ${FIRST}`
const ANSWERED = `${FIRST}, GET AUTHENTICATE`

/** GSS-API with the object identifier of Kerberos (RFC 1964), and no more than its token id: an AP-REP. */
const KERBEROS = Buffer.from('600d06092a864886f71201020202', 'hex')
/** In base64 every letter that differs from one alphabet to the other occurs in it. */
const telling = challengeBytes({ serverChallenge: Buffer.from('fbefbefffbefbeff', 'hex') })
/** Without a slash, which would be the end of a parameter's name. */
const token = challengeBytes({ serverChallenge: Buffer.alloc(8, 0x11) }).toString('base64')

const NO_SIGNATURE = ours.malformed('the token does not begin with the NTLMSSP signature.')
const refused = (outcome: Outcome) => ({ outcome, requests: FIRST })
const answered = { outcome: { status: 200 }, requests: ANSWERED, kept: 1 }
const notAToken = { outcome: ours.neverChallenged('NTLM'), requests: TWICE }

/** Accepts whoever has answered. */
const challengesWith = (...challenges: string[]) =>
  says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(200) : refusal(...challenges)))

const otherSchemes: Attack[] = [
  {
    name: 'answers NTLM with a SPNEGO token',
    script: challengesWith(negotiateChallenge().replace('Negotiate', 'NTLM')),
    ...refused(NO_SIGNATURE),
  },
  {
    name: 'answers NTLM with a Kerberos token',
    script: challengesWith(offer('NTLM', KERBEROS)),
    ...refused(NO_SIGNATURE),
  },
  {
    name: 'answers NTLM with the token of Negotiate, under that name: it is begun anew',
    script: says(({ nth, request }) =>
      nth === 1 || request.leg !== 'AUTHENTICATE' ? refusal(negotiateChallenge()) : answer(200),
    ),
    outcome: { status: 200 },
    requests: `${TWICE}, GET AUTHENTICATE`,
    kept: 1,
  },
  {
    name: 'answers Negotiate with a Kerberos token',
    script: challengesWith(offer('Negotiate', KERBEROS)),
    identity: negotiate,
    ...refused(ours.malformed(expect.any(String))),
  },
  {
    name: 'answers Negotiate with an NTLM message and no SPNEGO: that is legitimate',
    script: challengesWith(offer('Negotiate', challengeBytes())),
    identity: negotiate,
    ...answered,
  },
  {
    name: 'answers Negotiate with what it was sent',
    script: says(({ request }) => refusal(request.headers.authorization ?? '')),
    identity: negotiate,
    ...refused(ours.malformed('a NegTokenInit came where a NegTokenResp belongs.')),
  },
  {
    name: 'answers NTLM with what it was sent',
    script: says(({ request }) => refusal(request.headers.authorization ?? '')),
    ...refused(ours.malformed('the CHALLENGE message (message type 2) was expected, and type 1 came.')),
  },
  {
    name: 'answers the AUTHENTICATE with what it was sent',
    script: says(({ request, nth }) =>
      refusal(nth === 1 ? ntlmChallenge() : `${request.headers.authorization}`),
    ),
    outcome: { status: 401 },
    requests: ANSWERED,
  },
  {
    name: 'has its CHALLENGE under Bearer',
    script: challengesWith(`Bearer ${token}`),
    outcome: { status: 401 },
    requests: byTransport('GET NEGOTIATE, GET none', 'HEAD NEGOTIATE, GET NEGOTIATE, GET none'),
    kept: 1,
  },
  {
    name: 'gives NTLM the parameters of Basic',
    script: challengesWith('NTLM realm="x", charset="UTF-8"'),
    ...notAToken,
  },
  {
    name: 'gives NTLM the parameters of Digest behind its CHALLENGE',
    script: challengesWith(`NTLM ${token}, realm="x", qop="auth,auth-int", nonce="NTLM ${token}"`),
    ...answered,
  },
]

const oddities: Attack[] = [
  { name: 'writes the scheme in letters of any case', script: challengesWith(`nTlM ${token}`), ...answered },
  {
    name: 'has spaces and tabs around the token',
    script: challengesWith(`NTLM \t  \t${token} \t `),
    ...answered,
  },
  { name: 'has a tab in the place of the space', script: challengesWith(`NTLM\t${token}`), ...answered },
  {
    name: 'leaves the padding out',
    script: challengesWith(`NTLM ${telling.toString('base64').replace(/=+$/, '')}`),
    ...answered,
  },
  { name: 'has too much padding', script: challengesWith(`NTLM ${token}====`), ...answered },
  {
    name: 'writes base64url',
    script: challengesWith(`NTLM ${telling.toString('base64url')}`),
    ...answered,
  },
  {
    name: 'has padding within the token',
    script: challengesWith(`NTLM ${token.slice(0, 40)}==${token.slice(40)}`),
    ...notAToken,
  },
  {
    name: 'has a space within the token',
    script: challengesWith(`NTLM ${token.slice(0, 40)} ${token.slice(40)}`),
    ...answered,
  },
  { name: 'quotes the token', script: challengesWith(`NTLM "${token}"`), ...answered },
  {
    name: 'has an octet outside ASCII behind the token',
    script: challengesWith(`NTLM ${token}\xff`),
    ...notAToken,
  },
  {
    name: 'folds the line within the token',
    script: challengesWith(`NTLM ${token.slice(0, 40)}\r\n ${token.slice(40)}`),
    outcome: theirs.foldedField,
    requests: EVERY_LEG,
  },
  {
    name: 'has a NUL behind the token',
    script: challengesWith(`NTLM ${token}\0`),
    outcome: theirs.controlCharacter,
    requests: EVERY_LEG,
  },
  {
    name: 'has a megabyte of base64 for a token',
    script: challengesWith(`NTLM ${'A'.repeat(1_000_000)}`),
    outcome: theirs.headerOverflow,
    requests: EVERY_LEG,
  },
]

it('the token of these attacks is the same in every run, and has no slash', () => {
  expect(token).not.toContain('/')
})

describeAttacks([...otherSchemes, ...oddities])
