import type { Fault } from '../fault-server/index.js'

/** The faults of the matrix, as its table and its reports call them. */
export const FAULTS = {
  FIN: { kind: 'fin' },
  RST: { kind: 'rst' },
  silence: { kind: 'silence' },
  garbage: { kind: 'garbage' },
  'half a head, FIN': { kind: 'half-head', ending: 'fin' },
  'half a head, silence': { kind: 'half-head', ending: 'silence' },
  'half a body, FIN': { kind: 'half-body', ending: 'fin' },
  'half a body, RST': { kind: 'half-body', ending: 'rst' },
  'half a body, silence': { kind: 'half-body', ending: 'silence' },
  'Connection: close': { kind: 'close', announced: true },
  'close unannounced': { kind: 'close', announced: false },
  'Content-Length too long, FIN': { kind: 'content-length', by: 16, ending: 'fin' },
  'Content-Length too long, silence': { kind: 'content-length', by: 16, ending: 'silence' },
  'Content-Length too short': { kind: 'content-length', by: -16 },
  '100': { kind: 'informational', status: 100 },
  '102': { kind: 'informational', status: 102 },
  '103 twice': { kind: 'informational', status: 103, times: 2 },
  '421': { kind: 'status', status: 421 },
  '431': { kind: 'status', status: 431 },
  '500': { kind: 'status', status: 500 },
  '503': { kind: 'status', status: 503 },
  '503 and close': { kind: 'status', status: 503, close: true },
  'TLS alert': { kind: 'tls-alert', description: 'handshake_failure' },
  'client certificate wanted': { kind: 'client-certificate' },
  'renegotiation, same certificate': { kind: 'renegotiation', certificate: 'same' },
  'renegotiation, other certificate': { kind: 'renegotiation', certificate: 'other' },
  // What the connection after it brings is in the plan of the case.
  'FIN, then another certificate': { kind: 'fin' },
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof FAULTS

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[]

/** Faults that only the user's patience, or a timer, ends. */
export function isSilent(name: FaultName): boolean {
  return /silence/.test(name)
}

export function needsTls(name: FaultName): boolean {
  return /TLS|certificate/.test(name)
}
