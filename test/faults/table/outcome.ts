import type { NtlmErrorCode } from '@ntlmkit/core'
import type { OwnError } from '../clients.js'
import type { FaultName } from '../faults.js'
import type { LegName } from '../legs.js'

/** How a request may end, in the terms of design.md: a response, an error of ours, or one that is the client's own. */
export type Result = `response ${number}` | NtlmErrorCode | OwnError

/** The most that the server may see of the request: its legs and itself, and connections with those before it. */
export interface Bounds {
  requests: number
  connections: number
}

/** What is allowed. More than one result only where the two cross on the wire. */
export interface Outcome extends Bounds {
  results: readonly Result[]
}

/**
 * What a request can do when the connection is lost: go again whatever became of it (idempotent, and a client that can:
 * rule 5); be sent a second time where it was refused (bytes, and a client that can: rule 3); or neither. Of the last, a
 * HEAD has asked with its own method already when it has asked with a HEAD.
 */
export type Ability = 'repeatable' | 'replayable' | 'once only' | 'HEAD once only'

/** What is due when the fault comes on the first connection only, and when it comes on every one. */
export interface Cell {
  first: Outcome
  /** Absent where the first one ends the request already. */
  every?: Outcome
}

export interface Row {
  legs: readonly LegName[]
  faults: readonly FaultName[]
  /** Of design.md section 5. */
  rule: string
  /** What goes again may be sent by axios or got itself: then on another connection. */
  mayBeSentAgain?: true
  /** One for all; or for the abilities that are named, and for the rest. */
  cells: Cell | ({ [ability in Ability]?: Cell } & { rest: Cell })
}

/** Instead of a 401, with the connection left open. */
export const STATUSES = ['421', '431', '500', '503'] as const

export type Counts = readonly [requests: number, connections: number]

export function responds(status: number, [requests, connections]: Counts): Outcome {
  return { results: [`response ${status}`], requests, connections }
}

export function fails(result: NtlmErrorCode | OwnError, [requests, connections]: Counts): Outcome {
  return { results: [result], requests, connections }
}

export function either(...outcomes: readonly Outcome[]): Outcome {
  return {
    results: outcomes.flatMap(({ results }) => results),
    requests: Math.max(...outcomes.map(({ requests }) => requests)),
    connections: Math.max(...outcomes.map(({ connections }) => connections)),
  }
}

export function onAnotherConnection(outcome: Outcome): Outcome {
  return { ...outcome, connections: outcome.connections + 1 }
}

export function cellFor({ cells }: Row, ability: Ability): Cell {
  return 'rest' in cells ? (cells[ability] ?? cells.rest) : cells
}
