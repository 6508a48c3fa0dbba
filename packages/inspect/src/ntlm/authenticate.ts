import type { NtlmFacts } from '../decoded.js'
import type { Part } from '../part.js'
import { AV_FLAG_MIC } from './av-pairs.js'
import { flagsField, flagsOf, VERSION } from './flags.js'
import type { Header } from './header.js'
import { nameField, nameOf } from './names.js'
import { readResponses } from './responses.js'
import { versionField } from './versions.js'

/** The longest header: with a version and a MIC. */
const HEADER = 88

/** [MS-NLMP] 2.2.1.3. The payload begins at 52 (very old), 64, 72 (Version), 80 (MIC) or 88 (both). */
export function readAuthenticate(header: Header, problems: string[]): NtlmFacts {
  const lm = header.descriptor('LmChallengeResponse')
  const nt = header.descriptor('NtChallengeResponse')
  const names = ['DomainName', 'UserName', 'Workstation'].map((name) => header.descriptor(name))
  // NT 3.51 and Windows 95 stop here: no session key and no flags.
  const isRecent = header.payloadStart >= 64
  const key = isRecent ? header.descriptor('EncryptedRandomSessionKey') : undefined
  const flagsPart = isRecent ? header.take('NegotiateFlags', 4) : header.message.slice(0, 0)
  const flags = flagsOf(flagsPart)
  if (flagsPart.length > 0) header.add(flagsField(flagsPart, 'authenticate'))

  const responses = readResponses(lm.part, nt.part, flags)
  const { avFlags = 0, ...facts } = responses.facts
  const isAnnounced = (avFlags & AV_FLAG_MIC) !== 0
  const mic = new Mic(header, flags, isAnnounced)
  header.add(mic.version.field)
  if (mic.part !== undefined) header.add(micField(mic.part, isAnnounced))
  if (isAnnounced && mic.part === undefined) problems.push('A MIC is announced, and there is no room for it.')
  if (!isAnnounced && responses.facts.timestamp !== undefined)
    problems.push(
      'There is no MIC although the challenge had a timestamp: servers that insist on one refuse this.',
    )

  const read = names.map(({ part }) => nameOf(part, flags))
  for (const [at, { name, part }] of names.entries())
    header.add(nameField(name, part, read[at] ?? { text: '' }))
  header.add(responses.lm)
  header.add(responses.nt)
  if (key !== undefined) header.add(key.part.field('EncryptedRandomSessionKey', key.part.secret))
  header.checkPayload(HEADER)
  return {
    ...facts,
    type: 'authenticate',
    flags,
    timestamp: responses.time,
    version: mic.version.version,
    domain: read[0]?.text,
    user: read[1]?.text,
    workstation: read[2]?.text,
    response: responses.kind,
    hasMic: isAnnounced && mic.part !== undefined,
  }
}

/** What stands between the flags and the payload: a version, a MIC, or both. */
class Mic {
  readonly part: Part | undefined
  readonly version: ReturnType<typeof versionField>

  constructor(header: Header, flags: number, isAnnounced: boolean) {
    const room = header.payloadStart - header.at
    // Whoever leaves the version out puts the MIC in its place; all others leave room for both.
    const isVersion = room < 16 || (!isAnnounced && (flags & VERSION) !== 0)
    const hasVersion = room >= 24 || (room >= 8 && isVersion)
    this.version = versionField(hasVersion ? header.take('Version', 8) : header.message.slice(0, 0))
    this.part = header.payloadStart - header.at >= 16 ? header.take('MIC', 16) : undefined
  }
}

function micField(part: Part, isAnnounced: boolean) {
  const explanation = isAnnounced
    ? 'over all three messages'
    : 'not announced in MsvAvFlags: nobody looks at it'
  const problem = isAnnounced && part.isZero ? 'is announced and zero' : undefined
  return part.field('MIC', part.secret, { explanation, problem })
}
