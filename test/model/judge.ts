import type { Exchange, Outcome } from './client.js'
import { HANDSHAKE_TIMEOUT, type Played } from './conversation.js'
import { needsAuthentication, type Site, type Treatment } from './site.js'

/** Requests on the wire for one of the client, at most: what bounds a server that contradicts itself. */
const MAX_WIRE = 16
const COOL_DOWN = 60_000
/** As long as a proof lets log-ons go side by side, and what the last of them takes. */
const PROOF_LASTS = 5500

/** Whatever a conversation did that no rule allows, a line each. */
export function faultsOf(played: Played): string[] {
  return [
    ...(played.endless ? ['timers without end'] : []),
    ...played.exchanges.flatMap((exchange) => [
      ...actFaults(exchange),
      ...outcomeFaults(exchange, played),
      ...costFaults(exchange, played),
    ]),
    ...played.sites.flatMap((site) => site.violations),
    ...logOnFaults(played),
    ...memoryFaults(played),
  ]
}

/** rules.md, principle 1: the application acts on what the client made, once. Principle 3: a body leaves once. */
function actFaults(exchange: Exchange): string[] {
  const { asked, site, id } = exchange
  const acts = site.acts.filter((act) => act.id === id && !isSafe(act.method))
  const faults: string[] = []
  const [outcome] = exchange.outcomes
  const isDone = outcome?.kind === 'status' && outcome.status < 400
  if (acts.length > 1) faults.push(`${id}: acted on ${acts.length} times`)
  if (!isSafe(asked.method) && isDone && acts.length === 0) faults.push(`${id}: done, and never acted on`)
  for (const act of acts) {
    if (act.method !== asked.method) faults.push(`${id}: a ${act.method} that nobody made`)
    if (act.hasBody !== (asked.body !== 'none')) faults.push(`${id}: acted on without its body`)
  }
  if (asked.body === 'once' && exchange.bodiesSent > 1 + exchange.losses)
    faults.push(`${id}: its body left twice`)
  if (exchange.bodiesSent > 2 + exchange.losses)
    faults.push(`${id}: its body left ${exchange.bodiesSent} times`)
  return faults
}

/** rules.md, principle 2: a status is never lost; and what may be told instead. */
function outcomeFaults(exchange: Exchange, played: Played): string[] {
  const { id, outcomes } = exchange
  if (outcomes.length !== 1) return [`${id}: ended ${outcomes.length} times`]
  const [outcome] = outcomes
  if (outcome.kind === 'aborted' || isAllowed(outcome, exchange, played)) return []
  const { method, path, body } = exchange.asked
  const wanted = exchange.site.finalStatus(method, path, body !== 'none')
  return [`${id}: ${method} ${path} ended with ${JSON.stringify(outcome)} instead of ${wanted}`]
}

function isAllowed(
  outcome: Exclude<Outcome, { kind: 'aborted' }>,
  exchange: Exchange,
  played: Played,
): boolean {
  const { asked, site, knowsSecret } = exchange
  const { traits } = site
  const wanted = site.finalStatus(asked.method, asked.path, asked.body !== 'none')
  const isOnce = asked.body === 'once' || (asked.body === 'none' && asked.bare)
  const isTried = everTriedWrongly(played)
  if (outcome.kind === 'status') {
    if (outcome.status === wanted && wanted !== 401) return true
    if (outcome.status === 503 && traits.busy > 0) return true
    // Only where an origin has never been seen to ask is a token suspected.
    if (outcome.status === 400 && traits.dislikesTokens && somewhere(site, needsAuthentication)) return true
    if (outcome.status !== 401) return false
    switch (outcome.error) {
      case 'ERR_NTLM_REJECTED':
        return (
          !knowsSecret ||
          isTried ||
          hasNoRight(site) ||
          forgets(site) ||
          played.sites.some(closesOnHandshakes)
        )
      case 'ERR_NTLM_NOT_OFFERED':
        return traits.offersInTurns || (asked.method === 'HEAD' && traits.head === 'basic only')
      case 'ERR_NTLM_BODY_NOT_REPLAYABLE':
        return isOnce
      case 'ERR_NTLM_BAD_CHALLENGE':
        return traits.offersInTurns
      default:
        return false
    }
  }
  switch (outcome.code) {
    case 'ERR_NTLM_REJECTED':
      return isTried || hasNoRight(site) || traits.busy > 0 || played.sites.some(closesOnHandshakes)
    case 'ERR_NTLM_CONNECTION_CLOSED':
      return (
        closesOnHandshakes(site) ||
        traits.dropsAt > 0 ||
        (asked.method === 'HEAD' && /dropped|body/.test(String(traits.head))) ||
        (traits.saysNoBy === 'close' && isTried)
      )
    case 'ERR_NTLM_BAD_CHALLENGE':
      return traits.offersInTurns || (traits.bare === 'first on each connection' && closesOnHandshakes(site))
    case 'reset':
      return (
        traits.dropsAt > 0 ||
        traits.closing === 'unnoticed' ||
        (asked.method === 'HEAD' && traits.head === 'dropped')
      )
    case 'garbled':
      return asked.method === 'HEAD' && traits.head === 'body behind'
    case 'ERR_NTLM_TIMEOUT':
      return (
        closesOnHandshakes(site) || holdsUp(site) || (asked.method === 'HEAD' && traits.head === 'silent')
      )
    case 'client timeout':
      return asked.method === 'HEAD' && traits.head === 'silent'
    default:
      return false
  }
}

/** rules.md, principle 6 and the bound on requests with a token. */
function costFaults(exchange: Exchange, { conversation }: Played): string[] {
  const { id, site, startedAt, endedAt } = exchange
  const wire = site.wire.filter((sent) => sent.id === id).length
  const faults = wire > MAX_WIRE ? [`${id}: ${wire} requests on the wire`] : []
  const mayWaitForConnection = conversation.connections < 100
  const limit = 3 * HANDSHAKE_TIMEOUT + 5000
  if (!mayWaitForConnection && endedAt - startedAt > limit)
    faults.push(`${id}: took ${endedAt - startedAt} ms`)
  return faults
}

/** rules.md, principle 4: at most two failed log-ons a credential and origin, three over all, in a cool-down. */
function logOnFaults({ sites, exchanges }: Played): string[] {
  // Whoever leaves before the verdict has not learned it.
  if (exchanges.some(({ outcomes }) => outcomes[0]?.kind === 'aborted')) return []
  if (sites.some(seemsToAccept)) return []
  const faults: string[] = []
  const all = sites.flatMap((site) => site.failedLogOns)
  for (const site of sites)
    if (exceeds(alone(site), site.acceptedAt, 2)) faults.push(`${site.origin}: more than 2 failed log-ons`)
  const noneAccepted = sites.every((site) => site.acceptedAt.length === 0)
  if (noneAccepted && exceeds(all, [], 3)) faults.push('more than 3 failed log-ons over all origins')
  return faults
}

/** Without those on a fresh proof: any number of them goes side by side. */
function alone({ failedLogOns, acceptedAt }: Site): Site['failedLogOns'] {
  return failedLogOns.filter(({ at }) => !acceptedAt.some((proof) => proof <= at && at - proof < PROOF_LASTS))
}

function exceeds(failed: Site['failedLogOns'], acceptedAt: readonly number[], limit: number): boolean {
  const inOrder = [...failed].sort((a, b) => a.at - b.at)
  return inOrder.some((last, i) => {
    const first = inOrder[i - limit]
    if (first === undefined || first.epoch !== last.epoch || last.at - first.at >= COOL_DOWN) return false
    return !acceptedAt.some((at) => at >= first.at && at <= last.at)
  })
}

/** rules.md, principle 5: what was learned from a hiccup is undone. */
function memoryFaults({ sites, calmCosts }: Played): string[] {
  return calmCosts.flatMap((costs, i) => {
    const { traits, origin } = sites[i]
    const keeps = traits.closing === 'never' && traits.authenticates === 'connections'
    const isCalm = costs.slice(-8).every((cost) => cost === 1)
    return !keeps || costs.length === 0 || isCalm ? [] : [`${origin}: costs ${costs.join()} when all is calm`]
  })
}

/** An attempt with a password that the server did not take. */
function everTriedWrongly({ sites }: Played): boolean {
  return sites.some((site) => site.failedLogOns.length > 0)
}

/** A server that closes behind answers may end any handshake, which needs two of them on one connection. */
function closesOnHandshakes(site: Site): boolean {
  return (site.traits.closing !== 'never' || site.traits.dropsAt > 0) && somewhere(site, needsAuthentication)
}

/** A page that asks a HEAD and lets everything else pass: whatever AUTHENTICATE it gets seems to be accepted. */
function seemsToAccept({ traits }: Site): boolean {
  return Object.values(traits.pages).some((page) => {
    const asks = [page.safe, page.options, page.acting].map(needsAuthentication)
    return asks.some(Boolean) && !asks.every(Boolean)
  })
}

/** Whose verdict takes longer than the next one waits for it: whoever is far behind in line may not get a turn. */
function holdsUp({ traits }: Site): boolean {
  return Object.values(traits.pages).some(({ slow }) => slow > 2000)
}

function hasNoRight(site: Site): boolean {
  return somewhere(site, (treatment) => treatment === 'has no right')
}

function forgets({ traits }: Site): boolean {
  return traits.authenticates !== 'connections' || traits.forgetsAt > 0
}

function somewhere({ traits }: Site, holds: (treatment: Treatment) => boolean): boolean {
  return Object.values(traits.pages).some(
    ({ safe, options, acting }) => holds(safe) || holds(options) || holds(acting),
  )
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}
