import type { DecodedField, NtlmFacts } from '../decoded.js'
import type { Part } from '../part.js'
import { type AvFacts, avPairsOf } from './av-pairs.js'
import { count } from './challenge.js'
import { dateOf } from './filetime.js'
import { ESS } from './flags.js'

/** Bytes of an NTLMv1 response and of an LM response of any kind. */
const V1 = 24
/** Bytes of an NTLMv2 response in front of its AV pairs: NTProofStr, and the client challenge's fixed part. */
const V2_PAIRS = 44

/** What the two responses of an AUTHENTICATE are. */
export interface ReadResponses {
  readonly kind: NtlmFacts['response']
  readonly lm: DecodedField
  readonly nt: DecodedField
  /** Of an NTLMv2 response. */
  readonly facts: AvFacts
  /** The time in the NTLMv2 response: the server's or, without one, the client's. */
  readonly time: number | undefined
}

/** Reads LmChallengeResponse and NtChallengeResponse: which kind they are shows in their lengths and zeros. */
export function readResponses(lm: Part, nt: Part, flags: number): ReadResponses {
  const kind = kindOf(lm, nt, flags)
  const lmField = lm.field('LmChallengeResponse', lm.secret, { explanation: lmKind(lm, nt, kind) })
  if (kind === 'ntlm-v2') return { kind, lm: lmField, ...readV2(nt) }
  const problem =
    kind === undefined
      ? `${nt.length} bytes are neither NTLMv1 nor NTLMv2`
      : kind === 'anonymous'
        ? undefined
        : 'NTLMv1, which current servers refuse and anybody can crack'
  const explanation = kind === 'ntlm-v1-ess' ? 'NTLMv1 with extended session security' : undefined
  const ntField = nt.field('NtChallengeResponse', nt.secret, { explanation, problem })
  const lmOnly = nt.length === 0 && kind === 'ntlm-v1'
  return {
    kind,
    lm: lmOnly ? { ...lmField, problem: 'LM alone, which nobody accepts any more' } : lmField,
    nt: ntField,
    facts: {},
    time: undefined,
  }
}

function kindOf(lm: Part, nt: Part, flags: number): NtlmFacts['response'] {
  if (nt.length >= V2_PAIRS) return 'ntlm-v2'
  if (nt.length === 0) return lm.length <= 1 || lm.isZero ? 'anonymous' : 'ntlm-v1'
  if (nt.length !== V1) return undefined
  return (flags & ESS) !== 0 && isEss(lm) ? 'ntlm-v1-ess' : 'ntlm-v1'
}

/** A client challenge, and zeros where the rest of an LM response is. */
function isEss(lm: Part): boolean {
  return lm.length === V1 && lm.slice(8).isZero && !lm.isZero
}

function lmKind(lm: Part, nt: Part, kind: NtlmFacts['response']): string {
  if (kind === 'anonymous') return 'anonymous'
  if (lm.isZero) return 'none, as it should be where the challenge has a timestamp'
  if (kind === 'ntlm-v2') return 'LMv2'
  if (kind === 'ntlm-v1-ess') return "the client's challenge"
  return lm.hex === nt.hex ? 'the NTLMv1 response again: no LM' : 'LM'
}

function readV2(nt: Part): Pick<ReadResponses, 'nt' | 'facts' | 'time'> {
  const proof = nt.slice(0, 16)
  const blob = nt.slice(16)
  const { value, milliseconds } = dateOf(blob.u64(8))
  const pairs = avPairsOf(blob.slice(28))
  const end = 28 + pairs.length
  const fields = [
    proof.field('NTProofStr', proof.secret, { explanation: 'what only the password makes' }),
    ...version(blob),
    blob.slice(8, 16).field('TimeStamp', value, {
      explanation:
        pairs.facts.timestamp === undefined ? "the client's clock" : "the server's time, sent back",
    }),
    blob
      .slice(16, 24)
      .field('ChallengeFromClient', blob.slice(16, 24).hex, { explanation: "the client's random number" }),
    blob
      .slice(28, end)
      .field('AvPairs', count(pairs.fields.length), { problem: pairs.problem, fields: pairs.fields }),
    ...spare(blob.slice(end)),
  ]
  return {
    nt: nt.field('NtChallengeResponse', 'NTLMv2', { fields }),
    facts: pairs.facts,
    time: pairs.facts.timestamp ?? milliseconds,
  }
}

/** RespType and HiRespType ([MS-NLMP] 2.2.2.7). */
function version(blob: Part): DecodedField[] {
  return ['RespType', 'HiRespType'].map((name, at) => {
    const part = blob.slice(at, at + 1)
    return part.field(name, String(part.u8(0)), { problem: part.u8(0) === 1 ? undefined : 'is not 1' })
  })
}

/** Most clients put four zeros behind the list. */
function spare(part: Part): DecodedField[] {
  if (part.length === 0) return []
  return [part.field('(behind)', part.dump, { problem: part.isZero ? undefined : 'bytes behind MsvAvEOL' })]
}
