import { type Conversation, type Step, textOf } from '../conversation.js'
import type { Verified } from '../observation.js'
import { shown } from '../shown.js'
import { found, type Rule } from './found.js'

/** A refusal of the server's over TLS; a proxy's has no binding of this certificate. */
function refusedBySecureServer({ refused, isSecure, observation }: Conversation): boolean {
  return refused?.exchange.status === 401 && isSecure && !observation.acceptedBefore
}

/** What was sent for a binding: its hash, none, or undefined where it was not seen. */
function sentBinding({ refused, observation }: Conversation): string | undefined {
  if (observation.client?.channelBinding === 'none') return 'none'
  const { message } = refused ?? {}
  if (message?.response === 'ntlm-v2') {
    const binding = message.channelBinding ?? ''
    return /[1-9a-f]/i.test(binding) ? binding : 'none'
  }
  return observation.client?.channelBinding === 'auto' ? observation.certificate?.binding : undefined
}

/** What inspects TLS writes itself into the issuer of the certificate that it makes. */
const INSPECTORS =
  /zscaler|netskope|forti(net|gate)|blue ?coat|symantec web|palo ?alto|mcafee|skyhigh|sophos|umbrella|check ?point|barracuda|websense|forcepoint|untangle|watchguard|sonicwall|kaspersky|avast|avg|eset|bitdefender|fiddler|mitmproxy|charles proxy|portswigger|squid|proxy|inspect/i

export const bindingMismatch: Rule = (seen) => {
  if (!refusedBySecureServer(seen)) return undefined
  const sent = sentBinding(seen)
  const { certificate, verified } = seen.observation
  if (sent === 'none' || verified?.binding === true) return undefined
  if (verified?.binding === false) {
    const evidence = 'The refused log-on is bound to another certificate than the one it was checked with.'
    return found('binding-mismatch', 'likely', evidence)
  }
  const { subject, issuer, fingerprint, binding } = certificate ?? {}
  const names = [
    subject && `subject ${shown(subject)}`,
    issuer && `issuer ${shown(issuer)}`,
    fingerprint && `SHA-256 ${shown(fingerprint)}`,
  ].filter(Boolean)
  const bound = `The refused log-on is bound to the certificate seen here${names.length > 0 ? ` (${names.join(', ')})` : ''}`
  if (sent !== undefined && binding !== undefined && sent.toLowerCase() !== binding.toLowerCase()) {
    const evidence = `The AUTHENTICATE has the binding ${shown(sent)}, and the certificate makes ${shown(binding)}.`
    return found('binding-mismatch', 'likely', evidence)
  }
  if (sent === undefined && certificate === undefined) return undefined
  if (issuer !== undefined && INSPECTORS.test(issuer)) {
    return found('binding-mismatch', 'likely', `${bound}, and that issuer looks like one that inspects TLS.`)
  }
  const via = seen.steps.find(({ exchange }) => exchange.response?.via !== undefined)
  if (via !== undefined) {
    return found('binding-mismatch', 'possible', `${bound}, and the answer came through a gateway (Via).`)
  }
  return found('binding-mismatch', 'possible', `${bound}; the server may have another one.`)
}

export const bindingOff: Rule = (seen) => {
  if (!refusedBySecureServer(seen) || sentBinding(seen) !== 'none') return undefined
  if (seen.observation.client?.channelBinding === 'none') {
    const evidence = "channelBinding is 'none': the refused log-on was not bound to the TLS connection."
    return found('binding-off', 'likely', evidence)
  }
  const evidence = 'The refused AUTHENTICATE has no channel binding, and the connection is TLS'
  if (seen.observation.verified?.response === true) {
    return found('binding-off', 'likely', `${evidence}; its response was made with the right password.`)
  }
  return found('binding-off', 'possible', `${evidence}.`)
}

export const bindingNeedsTls: Rule = ({ refused, isSecure, steps, observation }) => {
  if (isSecure || observation.acceptedBefore || refused?.exchange.status !== 401) return undefined
  const secure = steps.find(({ exchange: { response } }) => {
    return (
      response?.['strict-transport-security'] !== undefined ||
      /^https:/i.test(String(response?.location ?? ''))
    )
  })
  if (secure !== undefined) {
    return found(
      'binding-needs-tls',
      'likely',
      'The log-on over plain http was refused, and the server points to https.',
    )
  }
  // Every wrong password over http is refused without a binding too.
  if (observation.verified?.response !== true) return undefined
  return found(
    'binding-needs-tls',
    'possible',
    'The log-on with the right password was refused over plain http, which has no binding.',
  )
}

/** HTTP.sys looks at the name of a log-on, by Extended Protection and by its loopback check; others hardly do. */
function mayCheckNames(refused: Step | undefined, verified: Verified | undefined): boolean {
  if (verified?.response !== undefined) return verified.response
  return /^Microsoft-/i.test(textOf(refused?.exchange.response?.server) ?? '')
}

export const nameIsAlias: Rule = ({ observation, challenge, refused, steps }) => {
  const isKerberosRefused = steps.some(({ sent, exchange }) => sent === 'kerberos' && exchange.status === 401)
  if (!(refused?.exchange.status === 401 || isKerberosRefused) || observation.acceptedBefore) return undefined
  if (!URL.canParse(observation.origin)) return undefined
  // A wrong password looks the same: without Kerberos the name counts only for a server that may look at it.
  if (!isKerberosRefused && !mayCheckNames(refused, observation.verified)) return undefined
  const { hostname } = new URL(observation.origin)
  const likelihood = isKerberosRefused ? 'likely' : 'possible'
  if (/^\[|^[\d.]+$/.test(hostname)) {
    return found(
      'name-is-alias',
      likelihood,
      `${shown(hostname)} is an IP address, and addresses have no service principal.`,
    )
  }
  const own = [challenge?.dnsComputer, challenge?.netbiosComputer].filter((name) => name) as string[]
  const isOwn = own.some((name) =>
    [name, name.split('.')[0]].some((n) => n.toLowerCase() === hostname.toLowerCase()),
  )
  if (own.length === 0 || isOwn) return undefined
  return found(
    'name-is-alias',
    likelihood,
    `It was asked as ${shown(hostname)}, and the server calls itself ${shown(own[0])}.`,
  )
}
