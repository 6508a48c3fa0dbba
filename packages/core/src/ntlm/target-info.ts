import { NtlmError } from '../errors.js'
import { AV_FLAG_MIC, AvId, type AvPair, avFlags, findAvPair } from './av-pairs.js'

/** The additions of an initiator to the target info. */
export interface TargetInfoAdditions {
  /** True where the AUTHENTICATE has a MIC. */
  mic: boolean
  /** MsvAvChannelBindings, 16 bytes; absent leaves the pair out. */
  channelBinding?: Uint8Array
  /** MsvAvTargetName; absent leaves the pair out. */
  targetName?: string
}

/**
 * The challenge's pairs as they came, and the initiator's ([MS-NLMP] 3.1.5.1.2). A target name or binding that the
 * challenge brings is dropped: the acceptor reads the first pair of an id, and these two are the initiator's to say.
 */
export function answerTargetInfo(
  offered: readonly AvPair[],
  { mic, channelBinding, targetName }: TargetInfoAdditions,
): AvPair[] {
  const pairs = offered.filter(({ id }) => id !== AvId.CHANNEL_BINDINGS && id !== AvId.TARGET_NAME)
  if (mic) announceMic(pairs)
  else denyMic(pairs)
  if (channelBinding) pairs.push({ id: AvId.CHANNEL_BINDINGS, value: channelBinding })
  if (targetName !== undefined)
    pairs.push({ id: AvId.TARGET_NAME, value: Buffer.from(targetName, 'utf16le') })
  return pairs
}

/** Sets the bit in the MsvAvFlags that are there, or adds them: never a second pair (CVE-2019-1166). */
function announceMic(pairs: AvPair[]): void {
  const value = Buffer.alloc(4)
  value.writeUInt32LE((avFlags(pairs) | AV_FLAG_MIC) >>> 0)
  const existing = pairs.findIndex(({ id }) => id === AvId.FLAGS)
  if (existing < 0) pairs.push({ id: AvId.FLAGS, value })
  else pairs[existing] = { id: AvId.FLAGS, value }
}

/** Clears a bit that the challenge brings: in a response it says that a MIC follows, and none does. */
function denyMic(pairs: AvPair[]): void {
  for (const [index, pair] of pairs.entries()) {
    if (pair.id !== AvId.FLAGS) continue
    const value = Buffer.alloc(4)
    value.writeUInt32LE((avFlags([pair]) & ~AV_FLAG_MIC) >>> 0)
    pairs[index] = { id: AvId.FLAGS, value }
  }
}

/**
 * A challenge to somebody who wants messages protected names its computer and its domain ([MS-NLMP] 3.1.5.1.2).
 *
 * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for one that does not.
 */
export function requireComputerAndDomain(offered: readonly AvPair[]): void {
  const names = [
    ['MsvAvNbComputerName', AvId.NB_COMPUTER_NAME],
    ['MsvAvNbDomainName', AvId.NB_DOMAIN_NAME],
  ] as const
  const missing = names.filter(([, id]) => findAvPair(offered, id) === undefined).map(([name]) => name)
  if (missing.length === 0) return
  throw new NtlmError('ERR_NTLM_BAD_CHALLENGE', `The target info has no ${missing.join(' and no ')}.`, {
    phase: 'challenge',
    hint: 'Session security wants a server that says who it is: mend the server, or ask for no services.',
  })
}

/**
 * True where a response echoes every pair of the challenge as it was. The initiator may add to the flags (an SPN from
 * an untrusted source), and says the MIC, the target name and the binding itself.
 */
export function echoesTargetInfo(offered: readonly AvPair[], answered: readonly AvPair[]): boolean {
  if ((avFlags(offered) & ~avFlags(answered) & ~AV_FLAG_MIC) !== 0) return false
  return offered.every(({ id, value }) => INITIATORS_OWN.has(id) || echoes(answered, id, value))
}

const INITIATORS_OWN: ReadonlySet<number> = new Set([AvId.FLAGS, AvId.TARGET_NAME, AvId.CHANNEL_BINDINGS])

function echoes(answered: readonly AvPair[], id: number, value: Uint8Array): boolean {
  return answered.some((pair) => pair.id === id && Buffer.compare(pair.value, value) === 0)
}
