import type { RequestOptions } from 'node:http'
import { OriginMemory, type ResolvedNtlmOptions } from '@ntlmkit/core'

/** Who the requests of a pair of agents go as, and what they have learned of each origin. */
export class Identity {
  readonly options: ResolvedNtlmOptions
  readonly #memories = new Map<string, OriginMemory>()
  /** By what `http.request` names an origin with: `new URL` for every request would be felt. */
  readonly #origins = new Map<string, string>()

  constructor(options: ResolvedNtlmOptions) {
    this.options = options
  }

  /** The memory of the origin a request goes to; undefined where no credentials may go. */
  memory(protocol: string, { host, port }: RequestOptions): OriginMemory | undefined {
    const name = `${protocol}//${host}:${port}`
    const origin = this.#origins.get(name) ?? originOf(protocol, host ?? 'localhost', port)
    if (origin === undefined || !this.options.mayAuthenticate(origin)) return undefined
    this.#origins.set(name, origin)
    const known = this.#memories.get(origin)
    if (known !== undefined) return known
    const memory = new OriginMemory(origin)
    this.#memories.set(origin, memory)
    return memory
  }
}

function originOf(
  protocol: string,
  host: string,
  port: string | number | null | undefined,
): string | undefined {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const url = `${protocol}//${bracketed}:${port ?? ''}`
  return URL.canParse(url) ? new URL(url).origin : undefined
}
