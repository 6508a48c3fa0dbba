import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sessions } from '../clients/index.js'
import { ALICE } from '../wire.js'
import { answer, head, lastRefusal, refusal } from './answers.js'
import { type Attack, launch } from './attack.js'
import { expectOpen } from './bounds.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { byTransport, byUpload, CLIENTS, FIRST } from './clients.js'
import { type Outcome, ours } from './outcomes.js'
import { describeAttacks } from './suite.js'
import { endsWith, headThen, says } from './writing.js'

const uploads = () => ({ method: 'POST', body: Readable.from([Buffer.alloc(1000)]) })

const HEAD = 'HEAD NEGOTIATE'
const TWICE = `${FIRST}, ${FIRST}`
const THRICE = `${TWICE}, ${FIRST}`
/** Of uploads, which every client asks for by HEAD. */
const TWICE_BY_HEAD = `${HEAD}, ${HEAD}`
const UNAUTHORIZED = { status: 401 }

/** fetch makes a network error of a 407 (its specification, "HTTP-network-or-cache fetch"). */
const proxyAuthenticationRequired = (client: string): Outcome =>
  client.includes('fetch') ? { code: 'TypeError', message: 'fetch failed' } : { status: 407 }

/** A HEAD that said nothing leads to a leg with the method, and then the request goes plainly. */
const noAnswer = byTransport('GET NEGOTIATE, GET none', `${HEAD}, GET NEGOTIATE, GET none`)
/** undici and fetch need no HEAD: the GET with the NEGOTIATE is answered, and that is the client's. */
const noQuestion = byTransport('GET NEGOTIATE', `${HEAD}, GET NEGOTIATE, GET none`)

const withoutEnd: Attack[] = [
  {
    name: 'offers NTLM for ever',
    script: says(() => refusal('NTLM')),
    outcome: ours.neverChallenged('NTLM'),
    requests: TWICE,
  },
  {
    name: 'offers NTLM for ever to an upload',
    script: says(() => refusal('NTLM')),
    call: uploads,
    outcome: ours.neverChallenged('NTLM'),
    requests: TWICE_BY_HEAD,
  },
  {
    name: 'offers Negotiate for ever',
    script: says(() => refusal('Negotiate')),
    outcome: ours.neverChallenged('Negotiate'),
    requests: TWICE,
  },
  {
    name: 'offers both for ever',
    script: says(() => refusal('Negotiate', 'NTLM')),
    outcome: ours.neverChallenged('NTLM'),
    requests: TWICE,
  },
  {
    name: 'offers both and Basic for ever, joined in one line',
    script: says(() => refusal('Negotiate, Basic realm="NTLM, Negotiate", NTLM')),
    outcome: ours.neverChallenged('NTLM'),
    requests: TWICE,
  },
  {
    name: 'offers NTLM and Negotiate in turn',
    script: says(({ nth }) => refusal(nth % 2 === 1 ? 'Negotiate' : 'NTLM')),
    outcome: UNAUTHORIZED,
    requests: byTransport(`${TWICE}, GET none`, `${TWICE}, GET NEGOTIATE, GET none`),
    kept: 1,
  },
  {
    name: 'offers Basic alone for ever',
    script: says(() => refusal('Basic realm="NTLM"')),
    outcome: UNAUTHORIZED,
    requests: noAnswer,
    kept: 1,
  },
  {
    name: 'answers 401 for ever and offers nothing',
    script: says(() => answer(401)),
    outcome: UNAUTHORIZED,
    requests: noAnswer,
    kept: 1,
  },
  {
    name: 'answers 403 for ever',
    script: says(() => answer(403)),
    outcome: { status: 403 },
    requests: noAnswer,
    kept: 1,
  },
  {
    name: 'answers 407 for ever, as if it were a proxy',
    script: says(() => answer(407, { 'Proxy-Authenticate': ntlmChallenge() })),
    outcome: proxyAuthenticationRequired,
    requests: noQuestion,
    kept: 1,
  },
  {
    name: 'answers 407 with a challenge of its own',
    script: says(() => answer(407, { 'WWW-Authenticate': ntlmChallenge() })),
    outcome: proxyAuthenticationRequired,
    requests: noQuestion,
    kept: 1,
  },
]

const closing: Attack[] = [
  {
    name: 'offers NTLM for ever and closes each time',
    script: endsWith(() => lastRefusal('NTLM')),
    outcome: ours.neverChallenged('NTLM'),
    requests: TWICE,
  },
  {
    name: 'offers NTLM for ever and closes each time without saying so',
    script: endsWith(() => refusal('NTLM')),
    outcome: ours.neverChallenged('NTLM'),
    requests: TWICE,
  },
  {
    name: 'challenges and closes for ever',
    script: endsWith(() => lastRefusal(ntlmChallenge())),
    call: uploads,
    outcome: ours.closed,
    requests: `${TWICE_BY_HEAD}, ${HEAD}`,
  },
  {
    name: 'challenges and closes for ever without saying so',
    script: endsWith(() => refusal(ntlmChallenge())),
    outcome: ours.closed,
    requests: THRICE,
  },
  {
    name: 'challenges in HTTP/1.0 for ever',
    script: endsWith(() => head(401, { 'WWW-Authenticate': ntlmChallenge() }, '1.0')),
    outcome: ours.closed,
    requests: THRICE,
  },
  {
    name: 'challenges in HTTP/1.0 for ever and keeps the connection',
    script: says(() => head(401, { 'WWW-Authenticate': ntlmChallenge(), 'Content-Length': '0' }, '1.0')),
    outcome: ours.closed,
    requests: THRICE,
  },
]

const misleading: Attack[] = [
  {
    name: 'refuses nothing but the HEAD',
    script: headThen(
      says(() => refusal('NTLM')),
      says(() => answer(200)),
    ),
    outcome: byTransport<Outcome>({ status: 200 }, ours.neverChallenged('NTLM')),
    requests: byTransport('GET NEGOTIATE', TWICE),
    kept: byTransport(1, 0),
  },
  {
    name: 'lets the HEAD pass and offers NTLM for ever',
    script: headThen(
      says(() => answer(200)),
      says(() => refusal('NTLM')),
    ),
    outcome: ours.neverChallenged('NTLM'),
    requests: byTransport(TWICE, `${HEAD}, GET none, GET NEGOTIATE, GET NEGOTIATE`),
  },
  {
    name: 'knows no HEAD and offers NTLM for ever to an upload',
    script: headThen(
      says(() => answer(405)),
      says(() => refusal('NTLM')),
    ),
    call: uploads,
    outcome: ours.neverChallenged('NTLM'),
    requests: byUpload(
      `${HEAD}, GET NEGOTIATE, GET NEGOTIATE`,
      `${HEAD}, POST none, POST NEGOTIATE, POST NEGOTIATE`,
    ),
  },
  {
    name: 'knows no HEAD and refuses whatever it challenges',
    script: headThen(
      says(() => answer(405)),
      says(() => refusal(ntlmChallenge())),
    ),
    call: uploads,
    outcome: byUpload<Outcome>(ours.rejected('NTLM', ALICE.username), UNAUTHORIZED),
    requests: byUpload(
      `${HEAD}, GET NEGOTIATE, GET AUTHENTICATE`,
      `${HEAD}, POST none, POST NEGOTIATE, POST AUTHENTICATE`,
    ),
  },
]

describeAttacks([...withoutEnd, ...closing, ...misleading])

describe('a connection that such a server leaves open', () => {
  it.each(CLIENTS)('is closed once it is idle: %s', async (client) => {
    const identity = { ...ALICE, origins: '*' }
    const session = sessions[client](identity, { idle: 50 })
    const { server, outcome } = await launch({ script: says(() => refusal('Basic realm="x"')) }, session)
    onTestFinished(() => server.close())
    expect(outcome).toEqual(UNAUTHORIZED)
    await expectOpen(server, 0)
    void session.close()
  })
})
