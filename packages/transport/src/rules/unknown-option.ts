import { type NtlmError, nearestName } from '@ntlmkit/core'
import { badOption } from './failures.js'

/** Options that belong elsewhere, and a sentence that says where. */
export interface OptionPlace {
  readonly names: readonly string[]
  says(name: string): string
}

/** What a package says to whoever gives it an option that it does not know. */
export interface OptionHelp {
  /** The options that it takes beside those of every package. */
  readonly others?: readonly string[]
  readonly places?: readonly OptionPlace[]
}

/** The key among the options by which a package says what it takes: the options may come to the rules through another. */
export const OPTION_HELP = Symbol('ntlmkit: option help')

/** What people write for an option that has another name here, in small letters. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  account: 'username',
  auth: 'schemes',
  baseurl: 'origins',
  binding: 'channelBinding',
  channelbindings: 'channelBinding',
  epa: 'channelBinding',
  hash: 'ntHash',
  host: 'origins',
  hostname: 'origins',
  hosts: 'origins',
  login: 'username',
  nt_hash: 'ntHash',
  pass: 'password',
  passwd: 'password',
  pwd: 'password',
  realm: 'domain',
  scheme: 'schemes',
  serviceprincipalname: 'spn',
  targetname: 'spn',
  timeout: 'handshakeTimeout',
  url: 'origins',
  urls: 'origins',
  user: 'username',
  user_name: 'username',
}

const EVERYWHERE: readonly OptionPlace[] = [
  { names: ['ntlmV1', 'ntlmv1'], says: () => 'Write legacy: { ntlmV1: true }.' },
  { names: ['head', 'path'], says: (name) => `Write firstLeg: { ${name} }.` },
  {
    names: ['allowH2', 'h2', 'http2', 'httpVersion'],
    says: () => 'NTLM authenticates a connection and HTTP/2 shares it: leave it out.',
  },
  { names: ['max'], says: () => 'It bounds the users of identities(): give it there.' },
]

/** Whatever stands beside a name in the wrong place may be a password: no message repeats a value. */
const LOOKS_LIKE_A_NAME = /^[a-z][a-z0-9_-]{0,39}$/i

/** ERR_NTLM_CONFIG: an option that nobody knows, with the one that was meant or the place where it belongs. */
export function unknownOption(name: string, known: readonly string[], help: OptionHelp = {}): NtlmError {
  const names = [...known, ...(help.others ?? [])]
  const message = LOOKS_LIKE_A_NAME.test(name)
    ? `There is no option '${name}'.`
    : 'One of the options has a name that none has.'
  const advice = adviceOn(name, names, [...(help.places ?? []), ...EVERYWHERE])
  return badOption(message, `${advice}The options are ${names.join(', ')}.`)
}

function adviceOn(name: string, names: readonly string[], places: readonly OptionPlace[]): string {
  const place = places.find((place) => place.names.includes(name))
  if (place !== undefined) return `${place.says(name)} `
  const meant = OTHER_NAMES[name.toLowerCase()] ?? nearestName(name, names)
  if (meant !== undefined && names.includes(meant)) return `Did you mean '${meant}'? `
  const near = nearestName(
    name,
    places.flatMap((place) => place.names),
  )
  const nearPlace = places.find((place) => place.names.includes(near!))
  return nearPlace === undefined ? '' : `Did you mean '${near}'? ${nearPlace.says(near!)} `
}
