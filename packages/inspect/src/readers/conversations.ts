import { diagnose } from '../diagnose.js'
import type { Observation } from '../observation.js'
import type { ReadConversation } from '../reading.js'
import { type ReadExchange, seen } from './exchange.js'
import { withoutCredentials } from './kept.js'
import { stepsOf } from './steps.js'

/** What an input tells of an origin beside the exchanges with it. */
export type Circumstances = Omit<Observation, 'origin' | 'exchanges'>

/** The exchanges of each origin, in the order in which the origins appear, with what they show. */
export function conversationsOf(
  exchanges: readonly ReadExchange[],
  circumstances: (origin: string) => Circumstances = () => ({}),
): ReadConversation[] {
  const byOrigin = new Map<string, ReadExchange[]>()
  for (const exchange of exchanges) {
    const own = byOrigin.get(exchange.origin)
    if (own === undefined) byOrigin.set(exchange.origin, [exchange])
    else own.push(exchange)
  }
  return [...byOrigin].map(([origin, own]) => {
    const observation = { origin, exchanges: own.map(seen), ...circumstances(origin) }
    const findings = diagnose(observation)
    return { observation: shareable(observation), steps: own.flatMap(stepsOf), findings }
  })
}

/** The observation as it may be handed on: with what the tokens tell in their place. */
function shareable(observation: Observation): Observation {
  return { ...observation, exchanges: observation.exchanges.map(withoutCredentials) }
}

/** The conversations in which somebody asked for a log-on, or that have findings; all where there are none of these. */
export function relevantOf(conversations: readonly ReadConversation[]): readonly ReadConversation[] {
  const relevant = conversations.filter(
    ({ observation, findings }) => findings.length > 0 || observation.exchanges.some(concerns),
  )
  return relevant.length > 0 ? relevant : conversations
}

function concerns({ status, request, response = {} }: Observation['exchanges'][number]): boolean {
  if (status === 401 || status === 407) return true
  return [...Object.keys(request), ...Object.keys(response)].some((name) =>
    /^(?:www-|proxy-)?auth(?:enticate|orization)$/.test(name),
  )
}
