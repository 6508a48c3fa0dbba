import type { Conversation } from '../conversation.js'
import type { NtlmFacts } from '../decoded.js'
import { shown } from '../shown.js'
import { found, type Rule } from './found.js'

/** A name that has no domain, or a form that the server's CHALLENGE speaks against. */
export const domainForm: Rule = (seen) => {
  const { observation, refused } = seen
  if (refused === undefined || refused.exchange.status === 407 || observation.acceptedBefore) return undefined
  const written = writtenName(seen)
  if (written === undefined) return undefined
  return oddName(written, seen.challenge) ?? foreignDomain(written, seen.challenge)
}

interface WrittenName {
  /** As it stands in the options, else put together of what was sent. */
  readonly whole: string
  readonly domain: string
  readonly user: string
}

function writtenName({ observation: { client }, refused }: Conversation): WrittenName | undefined {
  const user = client?.user ?? refused?.message?.user
  const domain = client?.domain ?? refused?.message?.domain
  const whole = client?.username ?? (user === undefined ? undefined : domain ? `${domain}\\${user}` : user)
  if (whole === undefined) return undefined
  const slash = whole.indexOf('\\')
  const [before, after] = slash < 0 ? ['', whole] : [whole.slice(0, slash), whole.slice(slash + 1)]
  return { whole, domain: domain ?? before, user: user ?? after }
}

/** What no Windows account is called: a slash, a control character, the domain and the user in one word. */
function oddName({ whole, domain, user }: WrittenName, challenge: NtlmFacts | undefined) {
  const name = shown(whole)
  const right = (from: string, to: string) =>
    `Write '${shown(from)}\\\\${shown(to)}': in source text a backslash is two.`
  const slash = user.indexOf('/')
  if (slash > 0 && !user.includes('@')) {
    const evidence = `${name} has a slash, which no account name has: the domain is set off by a backslash.`
    return found('domain-form', 'likely', evidence, right(user.slice(0, slash), user.slice(slash + 1)))
  }
  if (hasControl(whole)) {
    const evidence = `${name} has a control character: a backslash that was written once became an escape.`
    return found('domain-form', 'likely', evidence)
  }
  const netbios = challenge?.netbiosDomain
  if (domain !== '' || !netbios || user.length <= netbios.length || user.includes('@')) return undefined
  if (!sameName(user.slice(0, netbios.length), netbios)) return undefined
  const evidence = `${name} begins with the server's domain ${shown(netbios)} and has no backslash behind it.`
  return found('domain-form', 'likely', evidence, right(netbios, user.slice(netbios.length)))
}

function hasControl(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\x7f')
}

function foreignDomain({ whole, domain, user }: WrittenName, challenge: NtlmFacts | undefined) {
  const names = namesOf(challenge)
  if (names.length === 0) return undefined
  const name = shown(whole)
  const known = names.map(shown).join(', ')
  const netbios = challenge?.netbiosDomain ?? names[0]
  const account = user.split('@')[0]
  const nextStep = `Try '${shown(netbios)}\\\\${shown(account)}'; a domain that the server trusts may be right too: the CHALLENGE does not name those.`
  const at = domain === '' ? user.lastIndexOf('@') : -1
  if (at >= 0) {
    const suffix = user.slice(at + 1)
    const dns = [challenge?.dnsDomain, challenge?.dnsForest].filter(
      (n) => n !== undefined && n !== '',
    ) as string[]
    if (dns.some((n) => isWithin(suffix, n) || isWithin(n, suffix))) return undefined
    const evidence = `${name} has the form user@suffix, and the server names ${known}.`
    return found('domain-form', 'possible', evidence, nextStep)
  }
  if (domain === '') {
    return found('domain-form', 'possible', `${name} has no domain, and the server names ${known}.`, nextStep)
  }
  if (domain === '.' || names.some((n) => sameName(n, domain))) return undefined
  const standsAlone = sameName(challenge?.netbiosDomain ?? '', challenge?.netbiosComputer ?? '-')
  const evidence = `The domain ${shown(domain)} was sent, and the server names ${known}.`
  return found('domain-form', standsAlone ? 'likely' : 'possible', evidence, nextStep)
}

function namesOf(challenge: NtlmFacts | undefined): string[] {
  const { netbiosDomain, dnsDomain, dnsForest, netbiosComputer } = challenge ?? {}
  const names = [netbiosDomain, dnsDomain, dnsForest, netbiosComputer].filter((name) => name) as string[]
  return names.filter((name, at) => names.findIndex((other) => sameName(other, name)) === at)
}

const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

const isWithin = (name: string, domain: string) =>
  `.${name}`.toLowerCase().endsWith(`.${domain}`.toLowerCase())
