import { diagnostics, explain, type Finding, NtlmError } from '@ntlmkit/core'
import { diagnose, type Observation, type SeenFailure } from '@ntlmkit/inspect'
import { certificateFacts } from './certificate-facts.js'
import { coolDownBehind } from './failures.js'
import type { ResolvedNtlmOptions } from './options.js'
import type { OutgoingRequest } from './outgoing-request.js'
import { isToldFirst } from './told.js'

/** The exchange that an error ends, as far as it got. */
export interface Ended {
  readonly origin: string
  readonly options: ResolvedNtlmOptions
  readonly request: OutgoingRequest
  /** The number of its connection; 0 where it has none. */
  readonly connection: number
  /** The server's leaf certificate, DER. */
  readonly certificate?: Uint8Array | undefined
}

/**
 * Explains an error by what was seen, and tells of it, once: before anybody has it.
 *
 * @param failure what was waited for, where the error is not the reason of a 401.
 */
export function explained(
  error: unknown,
  ended: Ended,
  failure: Omit<SeenFailure, 'code'> | undefined,
): void {
  if (!(error instanceof NtlmError) || !isToldFirst(error)) return
  if (error.findings.length === 0) explain(error, findingsOf(error, ended, failure))
  const { origin, connection, request } = ended
  diagnostics.refused({ origin, connection, error, offers: request.observed.offers, ...request.named })
}

function findingsOf(...seen: Parameters<typeof observationOf>): readonly Finding[] {
  try {
    return diagnose(observationOf(...seen))
  } catch {
    // Whatever a server has sent, the client has to see the error that it led to.
    return []
  }
}

/** All that was seen of an exchange that has ended. */
export function observationOf(
  error: NtlmError,
  { origin, options, request, certificate }: Ended,
  failure: Omit<SeenFailure, 'code'> | undefined,
): Observation {
  const { credentials, workstation, schemes, channelBinding, mayAuthenticate } = options
  const { account, username } = credentials
  const { patterns: origins } = mayAuthenticate
  const coolDown = coolDownBehind(error)
  return {
    origin,
    exchanges: request.observed.exchanges(origin),
    client: {
      username,
      ...account,
      emptyPassword: credentials.isEmpty || undefined,
      workstation,
      schemes,
      channelBinding,
      origins,
    },
    certificate: certificateFacts(certificate),
    failure: { code: error.code, ...failure },
    acceptedBefore: request.observed.acceptedBefore || undefined,
    coolingDown: coolDown && { since: coolDown.since, until: coolDown.until },
  }
}
