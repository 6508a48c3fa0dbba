import type { FindingId } from '@ntlmkit/core'
import { BINDING } from './table/binding.js'
import { CLIENT_SIDE } from './table/client-side.js'
import { CONNECTION } from './table/connection.js'
import { CREDENTIALS } from './table/credentials.js'
import { OFFERS } from './table/offers.js'
import { SERVER } from './table/server.js'

/** What is known of a cause, wherever it is seen. */
export interface FindingEntry {
  readonly title: string
  /** What it means, in a sentence. */
  readonly means: string
  /** The next thing to do, where the evidence suggests nothing better. */
  readonly nextStep: string
  /** The same for another client than ours, which has none of our options. */
  readonly elsewhere?: string | undefined
}

/** Every cause by its id; the commonest first, which is the order among findings of one likelihood. */
export const FINDINGS: Readonly<Record<FindingId, FindingEntry>> = {
  'origin-not-listed': CLIENT_SIDE['origin-not-listed'],
  'own-authorization': CLIENT_SIDE['own-authorization'],
  'client-bypassed': CLIENT_SIDE['client-bypassed'],
  'runtime-ignores-dispatcher': CLIENT_SIDE['runtime-ignores-dispatcher'],
  'rejected-cooling-down': CREDENTIALS['rejected-cooling-down'],
  'proxy-asks': SERVER['proxy-asks'],
  'server-stopped': SERVER['server-stopped'],
  'missing-rights': CREDENTIALS['missing-rights'],
  anonymous: CREDENTIALS.anonymous,
  'not-offered': OFFERS['not-offered'],
  http2: CONNECTION.http2,
  'kerberos-only': OFFERS['kerberos-only'],
  'ntlm-refused-in-negotiate': OFFERS['ntlm-refused-in-negotiate'],
  'login-page': SERVER['login-page'],
  'body-goes-once': CLIENT_SIDE['body-goes-once'],
  'connection-not-kept': CONNECTION['connection-not-kept'],
  timeout: CONNECTION.timeout,
  'domain-form': CREDENTIALS['domain-form'],
  'wrong-credentials': CREDENTIALS['wrong-credentials'],
  'binding-off': BINDING['binding-off'],
  'binding-mismatch': BINDING['binding-mismatch'],
  'ntlmv1-only': OFFERS['ntlmv1-only'],
  'legs-spread': CONNECTION['legs-spread'],
  'closed-between-legs': CONNECTION['closed-between-legs'],
  'clock-skew': CREDENTIALS['clock-skew'],
  'workstation-restricted': CREDENTIALS['workstation-restricted'],
  'binding-needs-tls': BINDING['binding-needs-tls'],
  'name-is-alias': BINDING['name-is-alias'],
  'head-not-served': SERVER['head-not-served'],
}
