import type { RequestOptions } from 'node:http'
import { isIPv6 } from 'node:net'
import { NtlmError } from '@ntlmkit/core'

/** Names of origins that are remembered: parsing a URL for every request would be felt. */
const MAX_NAMES = 1000

/** Characters that may end a host, or begin another, to one reader of a URL and not to the next. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const NOT_IN_A_HOST = /[/\\?#@%\s\u0000-\u001f\u007f]/

/** An origin, and the name of its host by which it is connected to. */
export interface RequestedOrigin {
  readonly origin: string
  readonly host: string
}

/** The origins that requests name by host and port: the host that is allowed is the host that is connected to. */
export class RequestedOrigins {
  readonly #protocol: string
  readonly #known = new Map<string, RequestedOrigin | undefined>()

  constructor(protocol: string) {
    this.#protocol = protocol
  }

  /**
   * The origin a request goes to; undefined where Node will find no address either.
   *
   * @throws {NtlmError} ERR_NTLM_CONFIG for a host that can be read in more than one way.
   */
  of({ host, port }: RequestOptions): RequestedOrigin | undefined {
    const name = `${host}:${port}`
    if (this.#known.has(name)) return this.#known.get(name)
    const origin = originOf(this.#protocol, host ?? 'localhost', port)
    if (this.#known.size >= MAX_NAMES) this.#known.clear()
    this.#known.set(name, origin)
    return origin
  }
}

function originOf(
  protocol: string,
  host: string,
  port: string | number | null | undefined,
): RequestedOrigin | undefined {
  const address = /^\[.*\]$/.test(host) ? host.slice(1, -1) : host
  const isAddress = isIPv6(address) && !address.includes('%')
  if (!isAddress && (host.includes(':') || NOT_IN_A_HOST.test(host))) throw ambiguous()
  const name = `${protocol}//${isAddress ? `[${address}]` : host}:${port ?? ''}`
  if (!URL.canParse(name)) return undefined
  const { origin, hostname } = new URL(name)
  // A URL reads some letters as others, or as nothing: what was read is what is connected to.
  return { origin, host: isAddress ? host : hostname }
}

function ambiguous(): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', 'The host of a request is no name and no address.', {
    hint: 'A host is one name or one address, without a scheme, a port, a path or credentials.',
  })
}
