import type { FindingId, NtlmErrorCode } from '@ntlmkit/core'
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
  /** What people see of it. */
  readonly symptoms: readonly Symptom[]
  /** The errors that carry it. */
  readonly codes: readonly NtlmErrorCode[]
  /** The status and substatus in the log of IIS. */
  readonly iis?: readonly string[] | undefined
  /** The Sub Status of event 4625 in the Security log. */
  readonly ntstatus?: readonly string[] | undefined
}

/** A symptom under which a cause is looked for. */
export type Symptom =
  | '401 although the password is right'
  | '401 and no log-on was tried'
  | 'it worked, and then a 401'
  | 'works with curl or a browser, not here'
  | 'works on another machine, not here'
  | 'works over http, not over https'
  | 'fails now and then'
  | 'the connection closes or resets'
  | 'nothing comes, until a time-out'
  | 'a page that is not the one asked for'
  | '407 from a proxy'
  | 'uploads fail, downloads work'
  | '503'

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
  'ntlm-refused-in-negotiate': OFFERS['ntlm-refused-in-negotiate'],
  'kerberos-only': OFFERS['kerberos-only'],
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
