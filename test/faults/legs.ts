import type { Leg, Moment } from '../fault-server/index.js'

/** A leg of the matrix: the moment of the server it is, and what has happened on the connection before. */
interface LegOfMatrix {
  moment: Leg
  /** Whether the connection is authenticated already, by a request before the one at hand. */
  reused: boolean
  /** Which answers there are before it: the HEAD that asks for the CHALLENGE is refused, so that the method itself asks. */
  headRefused?: boolean
}

export const LEGS = {
  'before TLS': { moment: 'accept', reused: false },
  'before NEGOTIATE': { moment: 'connect', reused: false },
  'after NEGOTIATE': { moment: 'negotiate', reused: false },
  'with the CHALLENGE': { moment: 'challenge', reused: false },
  'with a CHALLENGE that has a body': { moment: 'challenge', reused: false, headRefused: true },
  'before AUTHENTICATE is written': { moment: 'authenticate', reused: false },
  'while the body is sent': { moment: 'body', reused: false },
  'before the answer': { moment: 'answer', reused: false },
  'during the answer': { moment: 'response', reused: false },
  idle: { moment: 'idle', reused: true },
  're-used, while the body is sent': { moment: 'body', reused: true },
  're-used, before the answer': { moment: 'answer', reused: true },
  're-used, during the answer': { moment: 'response', reused: true },
} as const satisfies Record<string, LegOfMatrix>

export type LegName = keyof typeof LEGS

export const LEG_NAMES = Object.keys(LEGS) as LegName[]

export function isAt(name: LegName, { leg }: Moment): boolean {
  return LEGS[name].moment === leg
}

/** The server asks at this leg what it answers: the fault can be in the answer. */
export function hasAnswer(name: LegName): boolean {
  return /^(?:negotiate|challenge|answer|response)$/.test(LEGS[name].moment)
}
