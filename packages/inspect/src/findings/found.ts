import type { Finding, FindingId, Likelihood } from '@ntlmkit/core'
import type { Conversation } from '../conversation.js'
import { FINDINGS } from '../finding-table.js'
import { shown } from '../shown.js'

/** A rule: the finding that a conversation shows, or nothing. */
export type Rule = (conversation: Conversation) => Finding | undefined

/** A finding with the next step of the table, where the evidence has no better one. */
export function found(
  id: FindingId,
  likelihood: Likelihood,
  evidence: string,
  nextStep: string = FINDINGS[id].nextStep,
): Finding {
  return { id, likelihood, evidence, nextStep }
}

/** The account for a sentence: as it was written, else as it was sent. */
export function accountOf({ observation: { client }, refused, accepted }: Conversation): string {
  if (client?.username !== undefined) return shown(client.username)
  const message = (refused ?? accepted)?.message
  const [domain, user] = [client?.domain ?? message?.domain, client?.user ?? message?.user]
  if (!user) return 'the account'
  return shown(domain ? `${domain}\\${user}` : user)
}

/** The one who asked, to begin a sentence: the server by its origin, or the proxy. */
export function askerOf({ observation }: Conversation, status: number | undefined): string {
  return status === 407 ? 'The proxy' : shown(observation.origin)
}
