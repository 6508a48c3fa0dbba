import type { FindingId, NtlmErrorCode } from '@ntlmkit/core'

/** Where people meet a cause: for the pages of docs/, and not in the bundle. */
export interface FindingPlaces {
  /** What people see of it. */
  readonly symptoms: readonly Symptom[]
  /** The errors that carry it. */
  readonly codes: readonly NtlmErrorCode[]
  /** The status and substatus in the log of IIS. */
  readonly iis?: readonly string[]
  /** The Sub Status of event 4625 in the Security log. */
  readonly ntstatus?: readonly string[]
}

/** The symptoms by which a cause is looked for, in the order of docs/troubleshooting.md. */
export const SYMPTOMS = [
  '401 although the password is right',
  '401 and no log-on was tried',
  'it worked, and then a 401',
  'works with curl or a browser, not here',
  'works on another machine, not here',
  'works over http, not over https',
  'fails now and then',
  'the connection closes or resets',
  'nothing comes, until a time-out',
  'a page that is not the one asked for',
  '407 from a proxy',
  'uploads fail, downloads work',
  '503',
] as const

export type Symptom = (typeof SYMPTOMS)[number]

/** Every cause by its id. */
export const PLACES: Readonly<Record<FindingId, FindingPlaces>> = {
  'origin-not-listed': {
    symptoms: ['401 and no log-on was tried'],
    codes: ['ERR_NTLM_CONFIG'],
  },
  'own-authorization': {
    symptoms: ['401 and no log-on was tried'],
    codes: ['ERR_NTLM_CONFIG'],
    iis: ['401.2'],
  },
  'client-bypassed': {
    symptoms: ['401 and no log-on was tried'],
    codes: ['ERR_NTLM_CONFIG', 'ERR_NTLM_PROXY'],
  },
  'runtime-ignores-dispatcher': {
    symptoms: ['401 and no log-on was tried', 'works on another machine, not here'],
    codes: [],
  },
  'rejected-cooling-down': {
    symptoms: ['401 and no log-on was tried', 'it worked, and then a 401'],
    codes: ['ERR_NTLM_REJECTED'],
  },
  'proxy-asks': {
    symptoms: ['407 from a proxy'],
    codes: ['ERR_NTLM_PROXY', 'ERR_NTLM_NOT_OFFERED', 'ERR_NTLM_REJECTED'],
  },
  'server-stopped': {
    symptoms: ['503'],
    codes: [],
    iis: ['503.0'],
  },
  'missing-rights': {
    symptoms: ['it worked, and then a 401', '401 although the password is right'],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.3', '401.4', '401.5', '401.7', '403.x'],
    ntstatus: ['0xC000015B'],
  },
  anonymous: {
    symptoms: ['401 although the password is right'],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.1', '401.2'],
    ntstatus: ['0xC0000022'],
  },
  'not-offered': {
    symptoms: ['401 and no log-on was tried'],
    codes: ['ERR_NTLM_NOT_OFFERED'],
    iis: ['401.2'],
  },
  http2: {
    symptoms: ['401 although the password is right', 'works over http, not over https'],
    codes: ['ERR_NTLM_HTTP2'],
  },
  'ntlm-refused-in-negotiate': {
    symptoms: ['401 although the password is right', 'works with curl or a browser, not here'],
    codes: ['ERR_NTLM_REJECTED', 'ERR_NTLM_DOWNGRADE', 'ERR_NTLM_BAD_CHALLENGE'],
    iis: ['401.1'],
    ntstatus: ['0xC0000418'],
  },
  'kerberos-only': {
    symptoms: ['401 although the password is right', 'works with curl or a browser, not here'],
    codes: ['ERR_NTLM_REJECTED', 'ERR_NTLM_DOWNGRADE', 'ERR_NTLM_BAD_CHALLENGE'],
    iis: ['401.1', '401.2'],
    ntstatus: ['0xC0000418'],
  },
  'login-page': {
    symptoms: ['a page that is not the one asked for', 'works with curl or a browser, not here'],
    codes: ['ERR_NTLM_NOT_OFFERED'],
  },
  'body-goes-once': {
    symptoms: ['uploads fail, downloads work'],
    codes: ['ERR_NTLM_BODY_NOT_REPLAYABLE'],
  },
  'connection-not-kept': {
    symptoms: [
      'the connection closes or resets',
      '401 although the password is right',
      'works on another machine, not here',
    ],
    codes: ['ERR_NTLM_CONNECTION_CLOSED', 'ERR_NTLM_BAD_CHALLENGE'],
  },
  timeout: {
    symptoms: ['nothing comes, until a time-out'],
    codes: ['ERR_NTLM_TIMEOUT'],
    ntstatus: ['0xC000005E'],
  },
  'domain-form': {
    symptoms: ['401 although the password is right', 'works with curl or a browser, not here'],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.1'],
    ntstatus: ['0xC0000064', '0xC000006D'],
  },
  'wrong-credentials': {
    symptoms: ['401 although the password is right', 'works with curl or a browser, not here'],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.1'],
    ntstatus: [
      '0xC0000064',
      '0xC000006A',
      '0xC000006D',
      '0xC000006E',
      '0xC000006F',
      '0xC0000071',
      '0xC0000072',
      '0xC0000193',
      '0xC0000224',
      '0xC0000234',
      '0xC0000413',
    ],
  },
  'binding-off': {
    symptoms: [
      '401 although the password is right',
      'works over http, not over https',
      'works with curl or a browser, not here',
    ],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.1'],
    ntstatus: ['0xC000035B'],
  },
  'binding-mismatch': {
    symptoms: [
      '401 although the password is right',
      'works over http, not over https',
      'works on another machine, not here',
    ],
    codes: ['ERR_NTLM_REJECTED', 'ERR_NTLM_CHANNEL_BINDING'],
    iis: ['401.1'],
    ntstatus: ['0xC000035B'],
  },
  'ntlmv1-only': {
    symptoms: ['401 although the password is right', 'works with curl or a browser, not here'],
    codes: ['ERR_NTLM_REJECTED', 'ERR_NTLM_BAD_CHALLENGE'],
    iis: ['401.1'],
    ntstatus: ['0xC000006A', '0xC000006D'],
  },
  'legs-spread': {
    symptoms: [
      'fails now and then',
      '401 although the password is right',
      'works on another machine, not here',
    ],
    codes: ['ERR_NTLM_REJECTED', 'ERR_NTLM_BAD_CHALLENGE'],
    ntstatus: ['0xC000000D'],
  },
  'closed-between-legs': {
    symptoms: ['the connection closes or resets', 'fails now and then'],
    codes: ['ERR_NTLM_CONNECTION_CLOSED'],
  },
  'clock-skew': {
    symptoms: ['401 although the password is right', 'works on another machine, not here'],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.1'],
    ntstatus: ['0xC0000133'],
  },
  'workstation-restricted': {
    symptoms: ['works on another machine, not here'],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.1'],
    ntstatus: ['0xC0000070'],
  },
  'binding-needs-tls': {
    symptoms: ['401 although the password is right'],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.1'],
    ntstatus: ['0xC000035B'],
  },
  'name-is-alias': {
    symptoms: ['401 although the password is right', 'works on another machine, not here'],
    codes: ['ERR_NTLM_REJECTED'],
    iis: ['401.1'],
    ntstatus: ['0xC000006D', '0xC000035B'],
  },
  'head-not-served': {
    symptoms: ['uploads fail, downloads work', 'the connection closes or resets'],
    codes: ['ERR_NTLM_BODY_NOT_REPLAYABLE', 'ERR_NTLM_TIMEOUT'],
    iis: ['405.0', '501.0'],
  },
}
