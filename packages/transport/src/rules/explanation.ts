import { diagnostics, explain, NtlmError } from '@ntlmkit/core'
import { diagnose, type Observation, type SeenCertificate, type SeenFailure } from '@ntlmkit/inspect'
import { coolDownBehind } from './failures.js'
import type { ResolvedNtlmOptions } from './options.js'
import type { OriginPolicy } from './origins.js'
import type { OutgoingRequest } from './outgoing-request.js'

/** The exchange that an error ends, as far as it got. */
export interface Ended {
  readonly origin: string
  readonly options: ResolvedNtlmOptions
  readonly request: OutgoingRequest
  /** The number of its connection; 0 where it has none. */
  readonly connection: number
  /** Read when it is asked for. */
  readonly certificate?: (() => SeenCertificate | undefined) | undefined
}

const told = new WeakSet<NtlmError>()

/**
 * Explains an error by what was seen, and tells of it, once: before anybody has it.
 *
 * @param thrown whether it is the client's error, and not the reason of the 401 that is its answer.
 */
export function explained(
  error: unknown,
  ended: Ended,
  thrown: boolean,
  failure?: Omit<SeenFailure, 'code'>,
): void {
  if (!(error instanceof NtlmError) || told.has(error)) return
  told.add(error)
  if (error.findings.length === 0) explain(error, findingsOf(observationOf(error, ended, thrown, failure)))
  const { origin, connection } = ended
  diagnostics.refused({ origin, connection, error })
}

/** Whatever a server has sent, the error that it led to is what the client has to see. */
function findingsOf(observation: Observation): ReturnType<typeof diagnose> {
  try {
    return diagnose(observation)
  } catch {
    return []
  }
}

function observationOf(
  error: NtlmError,
  { origin, options, request, certificate }: Ended,
  thrown: boolean,
  failure: Omit<SeenFailure, 'code'> | undefined,
): Observation {
  const { credentials, workstation, schemes, channelBinding, mayAuthenticate } = options
  const { account, username } = credentials
  const { patterns } = mayAuthenticate as OriginPolicy & { readonly patterns?: readonly string[] }
  const coolDown = coolDownBehind(error)
  return {
    origin,
    exchanges: request.observed.exchanges(origin),
    client: { username, ...account, workstation, schemes, channelBinding, origins: patterns },
    certificate: certificate?.(),
    failure: thrown || failure !== undefined ? { code: error.code, ...failure } : undefined,
    acceptedBefore: request.observed.acceptedBefore || undefined,
    coolingDown: coolDown && { since: coolDown.since, until: coolDown.until },
  }
}
