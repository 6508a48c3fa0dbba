import type { Finding } from '@ntlmkit/core'
import { schemeForPeople } from './named-scheme.js'
import { nearestOrigin } from './nearest-origin.js'
import type { LeftAlone, Observation } from './observation.js'

/** The origins that are named in a sentence; more would hide the nearest. */
const MOST_NAMED = 4

/** The finding that says why a request went without our taking part; none where we took part. */
export function leftAloneFindings(observation: Observation): Finding[] {
  const why = observation.client?.leftAlone
  return why === undefined ? [] : [{ ...FINDINGS[why](observation), likelihood: 'certain' }]
}

type Found = Omit<Finding, 'likelihood'>

const FINDINGS: Readonly<Record<LeftAlone, (observation: Observation) => Found>> = {
  'origin-not-listed': originNotListed,
  'own-authorization': ownAuthorization,
  'switched-off': () => ({
    id: 'client-bypassed',
    evidence: 'ntlm: false was set for the request.',
    nextStep: 'Leave ntlm: false out for requests that are to be authenticated.',
  }),
  'proxy-option': () => ({
    id: 'client-bypassed',
    evidence:
      'A proxy option of the client puts an agent of its own in the place of the one that authenticates.',
    nextStep:
      'Give an agent for the proxy instead, which opens the connections (https-proxy-agent has one); to go direct, set proxy: false.',
  }),
  bypassed: () => ({
    id: 'client-bypassed',
    evidence:
      'The request did not come through the agent that authenticates: something else opened its connection, or answered it.',
    nextStep:
      'Switch off what intercepts requests (msw: server.close(), nock: nock.restore()), or let it answer as the server does ' +
      'behind the log-on; and look for another agent, adapter or transport in the options of the request.',
  }),
  runtime: ({ client }) => runtime(client?.runtime ?? 'no Node'),
  'dns-interceptor': ({ origin }) => ({
    id: 'origin-not-listed',
    evidence: `Something in front put ${origin} in the place of the name that the request was for, and the address is not in origins.`,
    nextStep:
      "Take undici's interceptors.dns(), which keeps the name as servername, or leave the look-up to the connector (connect: { lookup }).",
  }),
}

/** Deno takes undici as it is published; Bun puts something of its own in its place. */
function runtime(name: string): Found {
  const isDeno = name.startsWith('deno')
  return {
    id: 'runtime-ignores-dispatcher',
    evidence: isDeno
      ? `This is ${name}: its own fetch ignores the dispatcher that it is given.`
      : `This is ${name}: its fetch, and the request and fetch of undici, ignore the dispatcher that they are given.`,
    nextStep: isDeno
      ? 'Give the dispatcher to the request or fetch of undici, or take createNtlmFetch of @ntlmkit/fetch.'
      : 'Use @ntlmkit/agent with node:http there, or run the program with Node.',
  }
}

function originNotListed({ origin, client }: Observation): Found {
  const id = 'origin-not-listed'
  const patterns = client?.origins
  if (patterns === undefined) {
    return {
      id,
      evidence: `The function that was given as origins says no to ${origin}.`,
      nextStep: `Let it return true for '${origin}', if that may have the credentials.`,
    }
  }
  const nearest = nearestOrigin(origin, patterns)
  const named = patterns.slice(0, MOST_NAMED).map((pattern) => `'${pattern}'`)
  const list = named.join(', ') + (patterns.length > MOST_NAMED ? ', ...' : '')
  const add = `Add '${origin}' to origins, if it may have the credentials`
  if (nearest === undefined)
    return { id, evidence: `${origin} is not in origins (${list}).`, nextStep: `${add}.` }
  const { pattern, differs, isNear } = nearest
  const which = patterns.length > 1 ? `The nearest of ${list} is '${pattern}'` : `Listed is '${pattern}'`
  const instead = !isNear || pattern.includes('*') ? '' : `, or ask for ${pattern} instead`
  return {
    id,
    evidence: `${origin} is not in origins. ${which}: ${differs}.`,
    nextStep: `${add}${instead}.`,
  }
}

function ownAuthorization({ exchanges }: Observation): Found {
  const field = exchanges.at(-1)?.request.authorization
  const [line] = [field].flat()
  // The first word is a secret where there is no scheme: a bare API key.
  const scheme = line === undefined ? '' : ` (${schemeForPeople(String(line))})`
  return {
    id: 'own-authorization',
    evidence: `The request brought an Authorization of its own${scheme}, and went with that alone.`,
    nextStep:
      "Leave it out: the header, axios's auth, got's username and password, or user:password@ in the URL. The account is an option of ntlmkit.",
  }
}
