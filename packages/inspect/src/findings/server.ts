import { type Conversation, textOf } from '../conversation.js'
import type { SeenExchange } from '../observation.js'
import { withoutSecrets } from '../readers/kept.js'
import { shown } from '../shown.js'
import { found, type Rule } from './found.js'

/** Paths of log-on pages: SharePoint, ADFS, Outlook on the web, Entra. */
const PAGES =
  /\/_login\/|\/_login$|\/_forms\/|\/adfs\/|\/_layouts\/\d*\/?(authenticate|login)\.aspx|\/owa\/auth\/|^https:\/\/login\.microsoftonline\.com\//i
const SHAREPOINT = /\/_(login|forms|layouts)\b/i
const GENERIC = /\/(log-?on|log-?in|sign-?in)(\.\w{3,4})?\/?([?#]|$)/i

export const loginPage: Rule = ({ steps }) => {
  const exchange = steps.at(-1)?.exchange
  if (exchange === undefined) return undefined
  const forms = textOf(exchange.response?.['x-forms_based_auth_required'])
  if (forms !== undefined) {
    // A page that was served, or a 401 that asks for NTLM, may have the field beside what it is.
    const isBeside = exchange.status === 401 || Math.floor((exchange.status ?? 0) / 100) === 2
    return found(
      'login-page',
      isBeside ? 'possible' : 'certain',
      `The ${exchange.status} says X-FORMS_BASED_AUTH_REQUIRED: ${shown(withoutSecrets(forms))}.`,
      stepFor(exchange, true),
    )
  }
  const location = textOf(exchange.response?.location) ?? ''
  if (![301, 302, 303, 307].includes(exchange.status ?? 0)) return undefined
  const target = location.slice(0, 1000)
  const isKnown = PAGES.test(target)
  if (!isKnown && !GENERIC.test(target)) return undefined
  const evidence = `${exchange.status} sends to ${shown(withoutSecrets(target))}, a log-on page.`
  return found(
    'login-page',
    isKnown ? 'likely' : 'possible',
    evidence,
    stepFor(exchange, SHAREPOINT.test(target)),
  )
}

function stepFor({ request }: SeenExchange, isSharePoint: boolean): string | undefined {
  if (!isSharePoint) {
    return 'The page logs on by a form or a federation, not by NTLM: use an address that asks for Windows authentication; ADFS does for user agents in WIASupportedUserAgents.'
  }
  if (request['x-forms_based_auth_accepted'] === undefined) {
    return 'Send the header X-FORMS_BASED_AUTH_ACCEPTED: f, with which SharePoint in mixed mode asks for NTLM instead.'
  }
  return 'The request has X-FORMS_BASED_AUTH_ACCEPTED already: this zone has no Windows authentication; use the address of one that has.'
}

export const headNotServed: Rule = ({ steps, refused: refusedLogOn, observation }) => {
  const heads = steps.filter(({ exchange }) => exchange.method === 'HEAD')
  const refused = heads.find(({ exchange: { status } }) => status === 405 || status === 501)
  if (refused !== undefined) {
    // Behind a log-on that was refused, or taken, it is not the cause.
    const isCause = refusedLogOn === undefined && !observation.acceptedBefore
    const likelihood = isCause ? 'certain' : 'possible'
    return found('head-not-served', likelihood, `HEAD was answered with ${refused.exchange.status}.`)
  }
  const broken = heads.find(({ exchange: { status, closed } }) => status === undefined && closed === true)
  const isAnswered = steps.some(
    ({ exchange: { method, status } }) => method !== 'HEAD' && status !== undefined,
  )
  if (broken === undefined || !isAnswered) return undefined
  return found(
    'head-not-served',
    'likely',
    'The connection closed on a HEAD, and another method was answered.',
  )
}

export const serverStopped: Rule = ({ steps }) => {
  const { status, response = {} } = steps.at(-1)?.exchange ?? {}
  const [server = '', type, connection] = ['server', 'content-type', 'connection'].map((name) =>
    textOf(response[name]),
  )
  // IIS itself says Microsoft-IIS: this is the kernel, and nobody behind it.
  if (status !== 503 || !/^Microsoft-HTTPAPI\//i.test(server)) return undefined
  // Who logs somebody on runs: an application that HTTP.sys carries answered (Reporting Services, ADFS, WinRM).
  const isLoggedOn = steps.some(({ sent }) => sent === 'authenticate' || sent === 'kerberos')
  if (isLoggedOn || response['persistent-auth'] !== undefined) return undefined
  if (type !== undefined && !/^text\/html\b/i.test(type)) return undefined
  const isItsOwn = type !== undefined && /\bclose\b/i.test(connection ?? '')
  return found(
    'server-stopped',
    isItsOwn ? 'certain' : 'possible',
    isItsOwn
      ? `503 came from ${shown(server)}: HTTP.sys itself, without an application.`
      : `503 came from ${shown(server)}: HTTP.sys itself, or an application on it.`,
  )
}

/** A proxy is known by CONNECT, which only proxies get, or by the credentials that it was given. */
function isProxyKnown({ steps }: Conversation): boolean {
  return steps.some(({ exchange: { method, request } }) => {
    return method === 'CONNECT' || request['proxy-authorization'] !== undefined
  })
}

const TRUST_NONE =
  'See what answers there, and give it no credentials: no proxy that was set here is seen in it. If there is to be one, set it.'

export const proxyAsks: Rule = (seen) => {
  const { steps, isSecure, observation } = seen
  const origin = shown(observation.origin)
  const last = steps.at(-1)
  if (last?.exchange.status !== 407) return undefined
  const method = shown(last.exchange.method)
  const offered = [...new Set(last.offers.map(({ scheme }) => scheme))].join(', ')
  const offers = offered === '' ? '' : `, and offers ${shown(offered)}`
  // Within TLS no proxy can answer: Chromium calls it ERR_UNEXPECTED_PROXY_AUTH.
  if (isSecure && last.exchange.method !== 'CONNECT') {
    const evidence = `${method} was answered with 407${offers}, within TLS: by ${origin} itself, or by what ends TLS for it.`
    return found('proxy-asks', 'possible', evidence, TRUST_NONE)
  }
  const asked = `A proxy on the way to ${origin} answered ${method} with 407${offers}`
  if (!isProxyKnown(seen)) return found('proxy-asks', 'likely', `${asked}.`, TRUST_NONE)
  if (last.sent !== 'authenticate') return found('proxy-asks', 'certain', `${asked}.`)
  return found(
    'proxy-asks',
    'certain',
    `${asked}: it refused the AUTHENTICATE.`,
    'The account that the proxy was given is refused: check its name, domain and password.',
  )
}
