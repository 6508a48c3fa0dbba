import { Readable } from 'node:stream'
import { answer, head, refusal } from './answers.js'
import type { Attack } from './attack.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { byKind } from './clients.js'
import { ours, theirs } from './outcomes.js'
import { describeAttacks } from './suite.js'
import { endsWith, headThen, says } from './writing.js'

const uploads = () => ({ method: 'POST', body: Readable.from([Buffer.alloc(1000)]) })

const HEAD = 'HEAD NEGOTIATE'
const THRICE = `${HEAD}, ${HEAD}, ${HEAD}`
const ANSWERED = `${HEAD}, GET AUTHENTICATE`

const challenge = () => refusal(ntlmChallenge())
const INJECTED = `${head(200, { 'Content-Length': '8' })}INJECTED`
const SWITCHING = head(101, { Upgrade: 'h2c', Connection: 'Upgrade' })
/** Accepts whoever has answered. */
const challenges = says(({ request }) => (request.leg === 'AUTHENTICATE' ? answer(200) : challenge()))

const noHttp: Attack[] = [
  {
    name: 'answers in HTTP/0.9',
    script: endsWith(() => '<html>401 Unauthorized</html>'),
    outcome: theirs.noHttp,
    requests: HEAD,
  },
  {
    name: 'answers with a CHALLENGE and no HTTP around it',
    script: says(() => `${ntlmChallenge()}\r\n\r\n`),
    outcome: theirs.noHttp,
    requests: HEAD,
  },
  {
    name: 'switches protocols in answer to a leg',
    script: says(() => SWITCHING),
    outcome: ours.closed,
    requests: THRICE,
  },
  {
    name: 'switches protocols and challenges in one',
    script: says(() =>
      head(101, { 'WWW-Authenticate': ntlmChallenge(), Upgrade: 'x', Connection: 'Upgrade' }),
    ),
    outcome: ours.closed,
    requests: THRICE,
  },
  {
    name: 'switches protocols in answer to the AUTHENTICATE of an upload',
    script: headThen(
      says(challenge),
      says(() => SWITCHING),
    ),
    call: uploads,
    outcome: ours.closed,
    requests: `${HEAD}, POST AUTHENTICATE`,
  },
  {
    name: 'switches protocols in answer to the AUTHENTICATE',
    script: headThen(
      says(challenge),
      says(() => SWITCHING),
    ),
    outcome: ours.closed,
    requests: byKind({
      undici: `${ANSWERED}, ${ANSWERED}`,
      replaying: `${ANSWERED}, ${ANSWERED}`,
      bare: ANSWERED,
    }),
    losesConnections: true,
  },
  {
    name: 'switches protocols in answer to a request without a token',
    script: headThen(
      says(() => answer(200)),
      says(() => SWITCHING),
    ),
    outcome: theirs.lost,
    requests: byKind({
      undici: `${HEAD}, GET none, GET none`,
      replaying: `${HEAD}, GET none, GET none`,
      bare: `${HEAD}, GET none`,
    }),
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
    requests: `${HEAD}, POST NEGOTIATE, POST NEGOTIATE, POST NEGOTIATE`,
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
    outcome: ours.closed,
    requests: THRICE,
  },
  {
    name: 'has a second answer behind the one that lets the HEAD pass: the request goes on another connection',
    script: headThen(
      says(() => answer(200) + INJECTED),
      says(() => answer(204)),
    ),
    outcome: { status: 204 },
    requests: `${HEAD}, GET none`,
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
