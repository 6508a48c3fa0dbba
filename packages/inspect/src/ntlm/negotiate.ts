import type { NtlmFacts } from '../decoded.js'
import { flagsField, flagsOf } from './flags.js'
import type { Header } from './header.js'
import { nameField, nameOf } from './names.js'
import { versionField } from './versions.js'

/** The longest header: with a version. */
const HEADER = 40

/** [MS-NLMP] 2.2.1.1. Of 12, 16, 32 or 40 bytes and its names: all are in use. */
export function readNegotiate(header: Header): NtlmFacts {
  if (header.left === 0) return { type: 'negotiate', flags: 0 }
  const flagsPart = header.take('NegotiateFlags', 4)
  const flags = flagsOf(flagsPart)
  header.add(flagsField(flagsPart, 'negotiate'))
  if (header.left === 0) return { type: 'negotiate', flags }
  const domain = header.descriptor('DomainName')
  const workstation = header.descriptor('Workstation')
  const version = header.payloadStart - header.at >= 8 ? versionField(header.take('Version', 8)) : undefined
  if (version !== undefined) header.add(version.field)
  // OEM in every case: the character set is still to be agreed.
  const names = [domain, workstation].map(({ name, part }) => ({ name, part, read: nameOf(part, 0) }))
  for (const { name, part, read } of names) header.add(nameField(name, part, read))
  header.checkPayload(HEADER)
  return {
    type: 'negotiate',
    flags,
    version: version?.version,
    domain: names[0]?.read.text,
    workstation: names[1]?.read.text,
  }
}
