import type { Fault, Leg } from '#fault-server'

/** A kind of fault, and how it may look: which it is, is drawn once it happens. */
export interface KindOfFault {
  name: string
  variants: readonly Fault[]
  needs?: 'TLS' | 'TLS 1.2'
}

const FIN: KindOfFault = { name: 'FIN', variants: [{ kind: 'fin' }] }
const RST: KindOfFault = { name: 'RST', variants: [{ kind: 'rst' }] }
const SILENCE: KindOfFault = { name: 'silence', variants: [{ kind: 'silence' }] }
const GARBAGE: KindOfFault = { name: 'garbage', variants: [{ kind: 'garbage' }] }
const FORGOTTEN: KindOfFault = { name: 'forgotten connection', variants: [{ kind: 'forget' }] }
const HALF_HEAD: KindOfFault = {
  name: 'half a head',
  variants: [
    { kind: 'half-head', ending: 'fin' },
    { kind: 'half-head', ending: 'rst' },
    { kind: 'half-head', ending: 'silence' },
  ],
}
const HALF_BODY: KindOfFault = {
  name: 'half a body',
  variants: [
    { kind: 'half-body', ending: 'fin' },
    { kind: 'half-body', ending: 'rst' },
    { kind: 'half-body', ending: 'silence' },
  ],
}
const ANNOUNCED: KindOfFault = { name: 'Connection: close', variants: [{ kind: 'close', announced: true }] }
const UNANNOUNCED: KindOfFault = {
  name: 'close unannounced',
  variants: [{ kind: 'close', announced: false }],
}
const LENGTH: KindOfFault = {
  name: 'wrong Content-Length',
  variants: [
    { kind: 'content-length', by: 16, ending: 'fin' },
    { kind: 'content-length', by: 16, ending: 'silence' },
    { kind: 'content-length', by: -16 },
  ],
}
const INTERIM: KindOfFault = {
  name: '1xx',
  variants: [
    { kind: 'informational', status: 100 },
    { kind: 'informational', status: 102 },
    { kind: 'informational', status: 103, times: 2 },
  ],
}
const STATUS: KindOfFault = {
  name: 'another status',
  variants: [
    { kind: 'status', status: 421 },
    { kind: 'status', status: 431 },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 503, close: true },
  ],
}
const UNASKED: KindOfFault = {
  name: 'an answer nobody asked for',
  variants: [{ kind: 'status', status: 503, close: true }],
}
const ALERT: KindOfFault = {
  name: 'TLS alert',
  needs: 'TLS',
  variants: [
    { kind: 'tls-alert', description: 'handshake_failure' },
    { kind: 'tls-alert', description: 'internal_error' },
  ],
}
const RENEGOTIATION: KindOfFault = {
  name: 'renegotiation',
  needs: 'TLS 1.2',
  variants: [
    { kind: 'renegotiation', certificate: 'same' },
    { kind: 'renegotiation', certificate: 'other' },
  ],
}
const CLIENT_CERTIFICATE: KindOfFault = {
  name: 'client certificate wanted',
  needs: 'TLS',
  variants: [{ kind: 'client-certificate' }],
}
const OTHER_CERTIFICATE: KindOfFault = {
  name: 'other certificate',
  needs: 'TLS',
  variants: [{ kind: 'other-certificate' }],
}

/** What of TLS can happen on a connection that has it. */
const SECURE = [ALERT, RENEGOTIATION]

const WHERE_AN_ANSWER_IS_DUE = [
  FIN,
  RST,
  SILENCE,
  GARBAGE,
  HALF_HEAD,
  HALF_BODY,
  ANNOUNCED,
  UNANNOUNCED,
  LENGTH,
  INTERIM,
  STATUS,
]

/** What can go wrong at each moment. */
export const KINDS: Readonly<Record<Leg, readonly KindOfFault[]>> = {
  accept: [FIN, RST, SILENCE, GARBAGE, ALERT, CLIENT_CERTIFICATE, OTHER_CERTIFICATE],
  connect: [FIN, RST, SILENCE, GARBAGE, ...SECURE],
  negotiate: [FIN, RST, SILENCE, GARBAGE, INTERIM, STATUS, ...SECURE],
  challenge: [FIN, RST, GARBAGE, HALF_HEAD, HALF_BODY, ANNOUNCED, LENGTH, ...SECURE],
  authenticate: [FIN, RST, SILENCE, GARBAGE, ...SECURE],
  refusal: WHERE_AN_ANSWER_IS_DUE,
  body: [FIN, RST, SILENCE, GARBAGE, INTERIM, STATUS, ...SECURE],
  answer: [...WHERE_AN_ANSWER_IS_DUE, ...SECURE],
  response: [FIN, RST, SILENCE, ...SECURE],
  idle: [FIN, RST, SILENCE, GARBAGE, UNASKED, FORGOTTEN, ...SECURE],
}

/** Of all of them, in no order. */
export const NAMES_OF_FAULTS: readonly string[] = [
  ...new Set(
    Object.values(KINDS)
      .flat()
      .map(({ name }) => name),
  ),
]
