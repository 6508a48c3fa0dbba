import type { Reply } from '../clients/index.js'
import { isRepeatable } from '../load/asked-request.js'
import { PATHS } from './application.js'
import type { IdentityLedger } from './identity-ledger.js'
import type { ObservedRequest } from './observed-request.js'

const ABORTED = /^(?:ABORT_ERR|AbortError|ERR_ABORTED|ERR_CANCELED|UND_ERR_ABORTED)$/
/** What those that waited for a handshake are told, by how it ended. */
const REFUSED = /^ERR_NTLM_(?:REJECTED|CONNECTION_CLOSED)$/
/** axios says ERR_BAD_RESPONSE of an answer that was cut. */
const LOST =
  /^(?:ERR_BAD_RESPONSE|ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE|ERR_NTLM_CONNECTION_CLOSED)$/

/** Judges every request of a sequence, once all have settled: what is wrong goes into the ledger. */
export function judgeAll(ledger: IdentityLedger): void {
  for (const asked of ledger.requests) {
    const wrong = judge(asked, ledger)
    if (wrong) ledger.complain(asked, wrong)
  }
}

/** What is wrong with what became of a request, by what happened to it; undefined if nothing is. */
function judge(asked: ObservedRequest, ledger: IdentityLedger): string | undefined {
  const { outcome } = asked
  if (outcome === undefined) return 'has no outcome'
  return (
    judgeRepetition(asked) ??
    ('reply' in outcome ? judgeReply(asked, outcome.reply, ledger) : judgeError(asked, outcome.error))
  )
}

/**
 * A handler sees a POST once, and others once more for each connection that was ended or forgotten under them. The legs
 * of a HEAD are not told apart from it.
 */
function judgeRepetition(asked: ObservedRequest): string | undefined {
  if (asked.refusals > 0 && !asked.mismatched) return 'was refused with the right password'
  if (asked.isForbidden || asked.method === 'HEAD') return undefined
  const most = asked.isPost ? 1 : 1 + asked.disturbances + asked.forgotten
  for (const [hop, times] of asked.begun) {
    if (times > most) return `was seen ${times} times, ${hop}, after ${asked.disturbances} disturbances`
  }
  return undefined
}

function judgeReply(
  asked: ObservedRequest,
  { status, headers, text }: Reply,
  ledger: IdentityLedger,
): string | undefined {
  if (headers['x-answers'] !== asked.id) return `got the answer to ${headers['x-answers']}`
  if (status !== expectedStatus(asked, ledger)) {
    if (status === 401 && isRefusable(asked)) return undefined
    return `got ${status}`
  }
  if (status !== 200) return undefined
  if (!wasWhole(asked)) return 'got an answer before its body was there'
  if (asked.method === 'HEAD') return undefined
  const expected = { answers: asked.id, user: asked.isOwn ? null : asked.asker.user }
  return text === JSON.stringify(expected) ? undefined : `got the answer ${text}`
}

function wasWhole({ whole, route, follows, path }: ObservedRequest): boolean {
  const hops = follows ? [`o${route[0]}${path}`, `o${route[1]}${PATHS.target}`] : [`o${route[0]}${path}`]
  return hops.every((hop) => whole.has(hop))
}

function expectedStatus(asked: ObservedRequest, ledger: IdentityLedger): number {
  const [first] = asked.route
  const last = asked.follows ? asked.route.at(-1)! : first
  if (asked.isOwn) return 200
  if (!ledger.isListed(first) || !ledger.isListed(last)) return 401
  if (asked.isForbidden) return 401
  if (asked.isRedirected && !asked.follows) return asked.method === 'GET' ? 302 : 307
  return 200
}

/** Whether a 401 is right although the request may pass. */
function isRefusable(asked: ObservedRequest): boolean {
  if (asked.refusals > 0) return asked.mismatched
  if (asked.forgotten === 0) return false
  // A redirected POST was acted on at its first URL: axios and got do not start over.
  return !asked.isReplayable || asked.forgotten > 1 || (asked.isPost && asked.follows)
}

function judgeError(asked: ObservedRequest, error: unknown): string | undefined {
  const codes = codesOf(error)
  if (asked.aborted && codes.some((code) => ABORTED.test(code))) return undefined
  if (asked.nearRefusal && codes.some((code) => REFUSED.test(code))) return undefined
  if (codes.some((code) => LOST.test(code)) && mayBeLost(asked)) return undefined
  // On a machine that is busy enough that time is over between two legs already.
  if (asked.asker.closesSoon && codes.includes('UND_ERR_INFO')) return undefined
  return `failed, ${asked.disturbances} disturbances: ${codes.join(', ')}: ${String(error)}`
}

/** What HTTP lets go again comes back from one lost connection. */
function mayBeLost(asked: ObservedRequest): boolean {
  const { cutAt, disturbances, asker } = asked
  const isOurs = !asked.isOwn
  if (disturbances === 0) return false
  if (disturbances > 1 || !isOurs || asker.closesSoon || cutAt === 'answer') return true
  return cutAt === 'NEGOTIATE' ? false : !isRepeatable(asked)
}

/** Codes and names of an error and of what caused it. */
function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, name } = each as Error & { code?: string }
    codes.push(...[code, name].filter((word) => word !== undefined))
  }
  return codes
}
