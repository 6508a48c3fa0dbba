import type { ClientUnderTest } from '../clients.js'
import { type FaultName, isSilent, needsTls } from '../faults.js'
import { hasAnswer, LEGS, type LegName } from '../legs.js'
import type { RequestKind } from '../requests.js'

/** A place in the matrix. */
export interface Place {
  client: ClientUnderTest
  scheme: 'http' | 'https'
  leg: LegName
  fault: FaultName
  kind: RequestKind
}

interface Exclusion {
  reason: string
  covers(place: Place): boolean
}

const AT_ACCEPT = ['FIN', 'RST', 'silence', 'garbage', 'TLS alert', 'client certificate wanted']
const IN_AN_ANSWER = /^(?:half|close|Connection|Content-Length)/
const IS_STATUS = /^[45]\d\d/
const IS_INTERIM = /^1\d\d/
const HAS_BODY = /body|Content-Length/

const isHandshake = (leg: LegName) => !LEGS[leg].reused && /TLS|NEGOTIATE|CHALLENGE/.test(leg)

/** What has no meaning, or would be the same case again: each with its reason. */
const EXCLUSIONS: readonly Exclusion[] = [
  {
    reason: 'There is no TLS.',
    covers: ({ scheme, leg, fault }) => scheme === 'http' && (needsTls(fault) || leg === 'before TLS'),
  },
  {
    reason: 'Before its TLS handshake a connection carries no HTTP.',
    covers: ({ leg, fault }) => leg === 'before TLS' && !AT_ACCEPT.includes(fault),
  },
  {
    reason: 'A certificate is asked for in the TLS handshake.',
    covers: ({ leg, fault }) => fault === 'client certificate wanted' && leg !== 'before TLS',
  },
  {
    reason:
      'The other certificate comes with the connection after a lost one, and that is there for every request.',
    covers: ({ leg, fault }) =>
      fault === 'FIN, then another certificate' && !/NEGOTIATE|with the CHALLENGE|idle/.test(leg),
  },
  {
    reason: 'No answer is due that it could be in.',
    covers: ({ leg, fault }) => IN_AN_ANSWER.test(fault) && !hasAnswer(leg),
  },
  {
    reason:
      'An answer that nobody asked for: an interim one says nothing, a final one comes when a server closes an idle connection.',
    covers: ({ leg, fault }) =>
      (IS_INTERIM.test(fault) && /before NEGOTIATE|before AUTHENTICATE|idle/.test(leg)) ||
      (IS_STATUS.test(fault) && /before NEGOTIATE|before AUTHENTICATE/.test(leg)) ||
      (IS_STATUS.test(fault) && leg === 'idle' && fault !== '503 and close'),
  },
  {
    reason: 'With the CHALLENGE: the same bytes as after NEGOTIATE.',
    covers: ({ leg, fault }) =>
      /CHALLENGE/.test(leg) && (IS_INTERIM.test(fault) || IS_STATUS.test(fault) || fault === 'silence'),
  },
  {
    reason: 'After NEGOTIATE: it is the CHALLENGE that breaks off, see there.',
    covers: ({ leg, fault }) => leg === 'after NEGOTIATE' && IN_AN_ANSWER.test(fault),
  },
  {
    reason: 'Unannounced, it is the FIN with the CHALLENGE.',
    covers: ({ leg, fault }) => fault === 'close unannounced' && /CHALLENGE/.test(leg),
  },
  {
    reason: 'The CHALLENGE to a HEAD has no body: see the one that has.',
    covers: ({ leg, fault }) => leg === 'with the CHALLENGE' && HAS_BODY.test(fault),
  },
  {
    reason: 'As with any CHALLENGE: see the one to a HEAD.',
    covers: ({ leg, fault }) =>
      leg === 'with a CHALLENGE that has a body' && !HAS_BODY.test(fault) && fault !== 'Connection: close',
  },
  {
    reason: 'The answer to a HEAD ends with its head.',
    covers: ({ kind, leg, fault }) =>
      kind.method === 'HEAD' &&
      (HAS_BODY.test(fault) || leg === 'with a CHALLENGE that has a body' || /during/.test(leg)),
  },
  {
    reason: 'There is no body to send.',
    covers: ({ kind, leg }) => kind.body === 'none' && /body is sent/.test(leg),
  },
  {
    reason:
      'Any request but a stream that waits for its first bytes follows the CHALLENGE at once: see there.',
    covers: ({ kind, leg }) => kind.body !== 'stream' && leg === 'before AUTHENTICATE is written',
  },
  {
    reason:
      "A request of node:http asks for nothing before its head is made, which its body's first bytes do.",
    covers: ({ client, leg }) => client.transport === 'node:http' && leg === 'before AUTHENTICATE is written',
  },
  {
    reason: 'Half a body before the answer is a fault during the answer.',
    covers: ({ leg, fault }) => /^half a body/.test(fault) && /before the answer/.test(leg),
  },
  {
    reason: 'Half of the answer is out: the rest of it can only be missing.',
    covers: ({ leg, fault }) =>
      /during/.test(leg) && (IN_AN_ANSWER.test(fault) || IS_INTERIM.test(fault) || IS_STATUS.test(fault)),
  },
  {
    reason: 'In the middle of a body any bytes are body.',
    covers: ({ leg, fault }) => /during/.test(leg) && fault === 'garbage',
  },
  {
    reason: 'Behind the handshake nothing but the patience of the user ends a silence.',
    covers: ({ kind, leg, fault }) => isSilent(fault) && kind.user === 'waits' && !isHandshake(leg),
  },
  {
    reason: 'The server answers, or ends the connection: there is nothing to wait for.',
    covers: ({ kind, fault }) => kind.user === 'times out' && !isSilent(fault),
  },
  {
    reason: "undici's own timeouts begin once it is connected: handshakeTimeout rules before.",
    covers: ({ client, kind, leg }) =>
      client.name === 'undici request' && kind.user === 'times out' && leg === 'before TLS',
  },
  {
    reason:
      'fetch itself sends again what was answered with a 421: two requests, each as with any other status.',
    covers: ({ client, kind, leg, fault }) =>
      fault === '421' &&
      client.repeatsMisdirected &&
      kind.body !== 'stream' &&
      (/answer|body is sent/.test(leg) || (leg === 'after NEGOTIATE' && kind.method === 'GET')),
  },
  {
    reason: 'No request is there to be given up.',
    covers: ({ kind, leg }) => leg === 'idle' && kind.user !== 'waits',
  },
  {
    reason: 'A connection that fell silent while idle says nothing: it is the silence before the answer.',
    covers: ({ leg, fault }) => leg === 'idle' && fault === 'silence',
  },
]

/** Why a place has no case; undefined where it has. */
export function leftOut(place: Place): string | undefined {
  return EXCLUSIONS.find(({ covers }) => covers(place))?.reason
}
