import type { Finding, FindingId } from '@ntlmkit/core'
import { conversationOf } from './conversation.js'
import { FINDINGS } from './finding-table.js'
import { bindingMismatch, bindingNeedsTls, bindingOff, nameIsAlias } from './findings/binding.js'
import {
  bodyGoesOnce,
  clientBypassed,
  originNotListed,
  ownAuthorization,
  runtimeIgnoresDispatcher,
} from './findings/client-side.js'
import { closedBetweenLegs, connectionNotKept, http2, legsSpread, timeout } from './findings/connection.js'
import {
  anonymous,
  clockSkew,
  missingRights,
  rejectedCoolingDown,
  workstationRestricted,
  wrongCredentials,
} from './findings/credentials.js'
import { domainForm } from './findings/domain-form.js'
import type { Rule } from './findings/found.js'
import { kerberosOnly, notOffered, ntlmRefusedInNegotiate, ntlmv1Only } from './findings/offers.js'
import { headNotServed, loginPage, proxyAsks, serverStopped } from './findings/server.js'
import type { Observation } from './observation.js'

/** A rule for every id. */
const RULES: Readonly<Record<FindingId, Rule>> = {
  'wrong-credentials': wrongCredentials,
  'domain-form': domainForm,
  'rejected-cooling-down': rejectedCoolingDown,
  'missing-rights': missingRights,
  'binding-mismatch': bindingMismatch,
  'binding-off': bindingOff,
  'binding-needs-tls': bindingNeedsTls,
  'not-offered': notOffered,
  'kerberos-only': kerberosOnly,
  'ntlm-refused-in-negotiate': ntlmRefusedInNegotiate,
  http2,
  'connection-not-kept': connectionNotKept,
  'legs-spread': legsSpread,
  'closed-between-legs': closedBetweenLegs,
  'clock-skew': clockSkew,
  'ntlmv1-only': ntlmv1Only,
  'workstation-restricted': workstationRestricted,
  anonymous,
  'login-page': loginPage,
  'proxy-asks': proxyAsks,
  'name-is-alias': nameIsAlias,
  'origin-not-listed': originNotListed,
  'own-authorization': ownAuthorization,
  'client-bypassed': clientBypassed,
  'runtime-ignores-dispatcher': runtimeIgnoresDispatcher,
  'body-goes-once': bodyGoesOnce,
  'head-not-served': headNotServed,
  timeout,
  'server-stopped': serverStopped,
}

/** The commonest first: the order of the table. */
const IN_ORDER = Object.keys(FINDINGS) as FindingId[]

const RANK = { certain: 0, likely: 1, possible: 2 } as const

/** Our options are no use to who asks with another client. */
function forOthers(finding: Finding): Finding {
  const { nextStep, elsewhere = nextStep } = FINDINGS[finding.id]
  return finding.nextStep === nextStep ? { ...finding, nextStep: elsewhere } : finding
}

/** The causes that an observation may have, the likeliest first; none where nothing is shown. */
export function diagnose(observation: Observation): Finding[] {
  const seen = conversationOf(observation)
  const findings = IN_ORDER.flatMap((id) => RULES[id](seen) ?? [])
  const addressed = seen.isOurs ? findings : findings.map(forOthers)
  return addressed.sort((one, other) => RANK[one.likelihood] - RANK[other.likelihood])
}
