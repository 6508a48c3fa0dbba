import { diagnose } from '@ntlmkit/inspect'
import { warnOnce } from './warnings.js'

/** The run-times whose `fetch` takes a dispatcher and ignores it, as they name themselves in `process.versions`. */
const IGNORE_DISPATCHERS = ['bun', 'deno'] as const

/** Warns, once, where the `fetch` of this run-time goes past every dispatcher: it would say nothing itself. */
export function warnOfForeignRuntime(versions: NodeJS.ProcessVersions = process.versions): void {
  const name = IGNORE_DISPATCHERS.find((known) => versions[known] !== undefined)
  if (name === undefined) return
  const runtime = `${name} ${versions[name]}`
  const [finding] = diagnose({ origin: '', exchanges: [], client: { leftAlone: 'runtime', runtime } })
  warnOnce('NTLMKIT_DISPATCHER_IGNORED', runtime, `${finding.evidence} ${finding.nextStep}`)
}
