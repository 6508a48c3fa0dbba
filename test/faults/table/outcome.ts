import type { NtlmErrorCode } from '@ntlmkit/core'
import type { OwnError } from '../clients.js'
import type { FaultName } from '../faults.js'
import type { LegName } from '../legs.js'

/** How a request may end, in the terms of docs/rules.md: a response, an error of ours, or one that is the client's own. */
export type Result = `response ${number}` | NtlmErrorCode | OwnError

/** The most that the server may see of the request: its legs and itself, and connections with those before it. */
export interface Bounds {
  requests: number
  connections: number
}

/** What is allowed. More than one result only where the two cross on the wire. */
export interface Outcome extends Bounds {
  results: readonly Result[]
  /** What becomes of the next request. Default: it is served. `refused`: the credential cools down, it is not tried. */
  next?: 'refused' | 'served or refused'
}

/**
 * What a request can do (rules.md, The first leg). A GET goes again whatever became of it, and on undici it carries the
 * NEGOTIATE; the leg of a client's HEAD is a HEAD in any case, but the one that is undici's own is waited for. A POST can
 * be sent a second time where it was refused, or goes once only.
 */
export type Ability = 'carried GET' | 'GET' | 'carried HEAD' | 'HEAD' | 'replayable' | 'once only'

/** What is due when the fault comes on the first connection only, and when it comes on every one. */
export interface Cell {
  first: Outcome
  /** Absent where the first one ends the request already. */
  every?: Outcome
}

export interface Row {
  legs: readonly LegName[]
  faults: readonly FaultName[]
  /** Of docs/rules.md, by its section. */
  rule: string
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
    next: nextAfter(outcomes),
  }
}

function nextAfter(outcomes: readonly Outcome[]): Outcome['next'] {
  const [first, ...others] = outcomes.map(({ next }) => next)
  return others.every((next) => next === first) ? first : 'served or refused'
}

/** The credential has failed twice: it cools down. */
export function coolsDown(outcome: Outcome): Outcome {
  return { ...outcome, next: 'refused' }
}

/** One cell for all that goes again whatever became of it. */
export function repeatable(cell: Cell): { [ability in Ability]?: Cell } {
  return { 'carried GET': cell, GET: cell, 'carried HEAD': cell, HEAD: cell }
}

export function cellFor({ cells }: Row, ability: Ability): Cell {
  return 'rest' in cells ? (cells[ability] ?? cells.rest) : cells
}
