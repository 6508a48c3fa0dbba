import { Readable } from 'node:stream'
import { answer, head, refusal } from './answers.js'
import type { Attack } from './attack.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { byTransport, byUpload, EVERY_LEG, FIRST } from './clients.js'
import { type Outcome, ours, theirs } from './outcomes.js'
import { describeAttacks } from './suite.js'
import { challengesThen, endsWith, headThen, says } from './writing.js'

const uploads = () => ({ method: 'POST', body: Readable.from([Buffer.alloc(1000)]) })

const HEAD = 'HEAD NEGOTIATE'
const THRICE = `${FIRST}, ${FIRST}, ${FIRST}`
const ANSWERED = `${FIRST}, GET AUTHENTICATE`

const challenge = () => refusal(ntlmChallenge())
const INJECTED = `${head(200, { 'Content-Length': '8' })}INJECTED`
const SWITCHING = head(101, { Upgrade: 'h2c', Connection: 'Upgrade' })
/** Accepts whoever has answered. */
const challenges = says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(200) : challenge()))

/** What is switched to is no answer: undici loses the connection, and node:http has something that nobody asked for. */
const switched = {
  outcome: byTransport<Outcome>(ours.closed, theirs.unasked),
  requests: byTransport(THRICE, `${HEAD}, GET NEGOTIATE`),
}

const noHttp: Attack[] = [
  {
    name: 'answers in HTTP/0.9',
    script: endsWith(() => '<html>401 Unauthorized</html>'),
    outcome: theirs.noHttp,
    requests: EVERY_LEG,
  },
  {
    name: 'answers with a CHALLENGE and no HTTP around it',
    script: says(() => `${ntlmChallenge()}\r\n\r\n`),
    outcome: theirs.noHttp,
    requests: EVERY_LEG,
  },
  {
    name: 'switches protocols in answer to a leg',
    script: says(() => SWITCHING),
    ...switched,
  },
  {
    name: 'switches protocols and challenges in one',
    script: says(() =>
      head(101, { 'WWW-Authenticate': ntlmChallenge(), Upgrade: 'x', Connection: 'Upgrade' }),
    ),
    ...switched,
  },
  {
    name: 'switches protocols in answer to the AUTHENTICATE of an upload',
    script: challengesThen(
      challenge,
      says(() => SWITCHING),
    ),
    call: uploads,
    outcome: ours.closed,
    requests: `${HEAD}, POST AUTHENTICATE`,
  },
  {
    name: 'switches protocols in answer to the AUTHENTICATE',
    script: challengesThen(
      challenge,
      says(() => SWITCHING),
    ),
    outcome: ours.closed,
    requests: `${ANSWERED}, ${ANSWERED}`,
    losesConnections: true,
  },
  {
    name: 'switches protocols in answer to a request without a token',
    script: says(({ request }) =>
      request.leg === 'none' ? SWITCHING : answer(request.method === 'HEAD' ? 200 : 403),
    ),
    outcome: theirs.lost,
    requests: byTransport('GET NEGOTIATE, GET none, GET none', `${HEAD}, GET none, GET none`),
  },
  {
    name: 'sends interim answers before its challenge',
    script: says(({ request }) => {
      const interim = head(103, { Link: '</x>; rel=preload' }).repeat(20)
      return interim + (request.leg === 'AUTHENTICATE' ? answer(200) : challenge())
    }),
    outcome: { status: 200 },
    requests: ANSWERED,
    kept: 1,
  },
]

const injections: Attack[] = [
  {
    name: 'has a second answer behind its challenge',
    script: says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(200) : challenge() + INJECTED)),
    outcome: ours.closed,
    requests: THRICE,
  },
  {
    name: 'has a second answer behind its challenge to an upload',
    script: headThen(
      says(() => answer(405)),
      says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(200) : challenge() + INJECTED)),
    ),
    call: uploads,
    outcome: ours.closed,
    requests: byUpload(
      `${HEAD}, GET NEGOTIATE, GET NEGOTIATE, GET NEGOTIATE`,
      `${HEAD}, POST none, POST NEGOTIATE, POST NEGOTIATE, POST NEGOTIATE`,
    ),
    losesConnections: true,
  },
  {
    name: 'hides a second answer in the body that a HEAD has not',
    script: headThen(
      says(
        () =>
          head(401, { 'WWW-Authenticate': ntlmChallenge(), 'Content-Length': `${INJECTED.length}` }) +
          INJECTED,
      ),
      says(() => answer(200)),
    ),
    outcome: byTransport<Outcome>({ status: 200 }, ours.closed),
    requests: byTransport('GET NEGOTIATE', THRICE),
    kept: byTransport(1, 0),
  },
  {
    name: 'has a second answer behind the one that lets the HEAD pass: the request goes on another connection',
    script: headThen(
      says(() => answer(200) + INJECTED),
      says(() => answer(204)),
    ),
    outcome: { status: 204 },
    requests: byTransport('GET NEGOTIATE', `${HEAD}, GET none`),
    kept: 1,
  },
  {
    name: 'has a second answer behind the final one: the connection serves nobody again',
    script: says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(204) + INJECTED : challenge())),
    outcome: { status: 204 },
    requests: ANSWERED,
  },
  {
    name: 'challenges before it is asked: that is the answer to the first leg',
    script: {
      connected: (socket) => void socket.write(challenge()),
      answer: (exchange) => {
        if (exchange.request.leg === 'AUTHENTICATE') challenges(exchange)
      },
    },
    outcome: { status: 200 },
    requests: ANSWERED,
    kept: 1,
  },
]

describeAttacks([...noHttp, ...injections])
