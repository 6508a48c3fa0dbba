import type { NtlmFacts } from '../decoded.js'
import { avPairsOf } from './av-pairs.js'
import { flagsField, flagsOf, TARGET_INFO } from './flags.js'
import type { Header } from './header.js'
import { nameField, nameOf } from './names.js'
import { versionField } from './versions.js'

/** The longest header: with target information and a version. */
const HEADER = 56

/** [MS-NLMP] 2.2.1.2. Of 32, 40, 48 or 56 bytes and its payload. */
export function readChallenge(header: Header, problems: string[]): NtlmFacts {
  const targetName = header.descriptor('TargetName')
  const flagsPart = header.take('NegotiateFlags', 4)
  const flags = flagsOf(flagsPart)
  header.add(flagsField(flagsPart, 'challenge'))
  const challenge = header.take('ServerChallenge', 8)
  header.add(challenge.field('ServerChallenge', challenge.hex, { explanation: "the server's random number" }))
  const target = nameOf(targetName.part, flags)

  const end = header.payloadStart
  if (end - header.at >= 8) {
    const reserved = header.take('Reserved', 8)
    header.add(
      reserved.field('Reserved', reserved.dump, {
        explanation: reserved.isZero ? undefined : 'a context of the server, once for local calls',
      }),
    )
  }
  const info = end - header.at >= 8 ? header.descriptor('TargetInfo') : undefined
  const versionPart = header.payloadStart - header.at >= 8 ? header.take('Version', 8) : undefined
  const version = versionPart && versionField(versionPart)
  if (version !== undefined) header.add(version.field)
  header.add(nameField('TargetName', targetName.part, target))
  const base = { type: 'challenge', flags, targetName: target.text, version: version?.version } as const
  if (info === undefined || info.length === 0) {
    if (flags & TARGET_INFO) problems.push('Target information is announced and missing.')
    header.checkPayload(HEADER)
    return base
  }
  const pairs = avPairsOf(info.part)
  const spare = info.part.length - pairs.length
  const problem = spare > 0 ? `${spare} bytes behind MsvAvEOL` : pairs.problem
  const explanation = flags & TARGET_INFO ? undefined : 'not announced by its flag'
  header.add(
    info.part.field('TargetInfo', count(pairs.fields.length), { explanation, problem, fields: pairs.fields }),
  )
  header.checkPayload(HEADER)
  const { avFlags: _, ...facts } = pairs.facts
  return { ...base, ...facts }
}

export function count(pairs: number): string {
  return pairs === 1 ? '1 AV pair' : `${pairs} AV pairs`
}
