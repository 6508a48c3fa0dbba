import type { NtlmOptions } from '@ntlmkit/core'

/** Told of each callback of a client's, by name, when it runs. */
export type Report = (callback: string) => void

/** Makes a client whose calls report every callback that it lets one have; without an identity, a plain one. */
export type Caller = (
  identity: NtlmOptions | undefined,
  connections: number | undefined,
) => { call(url: string, report: Report): Promise<unknown>; close(): void }

export const BODY = 'a body'

export function reportOn(emitter: NodeJS.EventEmitter, names: string, prefix: string, report: Report): void {
  for (const name of names.split(' ')) emitter.on(name, () => report(`${prefix} ${name}`))
}
