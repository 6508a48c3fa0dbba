import type { OpenSession, Reply } from '../clients/session.js'
import { type End, type Scene, secretOptions } from './scenes.js'
import { USERNAME } from './secret-account.js'

/** Where a client goes. */
export interface Target {
  origin: string
  ca?: string
}

/** How a request ended. */
export type Ended = { reply: Reply } | { error: unknown }

/** Plays the client's part of a scene to its end. */
export async function perform(
  open: OpenSession,
  scene: Scene,
  { origin, ca }: Target,
  ntHash: Buffer,
  signal: AbortSignal,
): Promise<Ended[]> {
  const { identity, secret, call = () => ({}), rounds = 1, atOnce = 1 } = scene
  const session = open({
    username: USERNAME,
    origins: origin,
    ca,
    ...secretOptions(secret, ntHash),
    ...identity,
  })
  const ended: Ended[] = []
  const request = async () => {
    const options = { ...(scene.on?.act === 'abort' ? { signal } : {}), ...call() }
    const end = session.call(`${origin}/`, options)
    ended.push(
      await end.then(
        (reply) => ({ reply }),
        (error) => ({ error }),
      ),
    )
  }
  for (let round = 0; round < rounds; round++) await Promise.all(Array.from({ length: atOnce }, request))
  await session.close()
  return ended
}

/** The status, the code of the NtlmError that is in what was thrown, or only that something was. */
export function endOf(ended: Ended): End {
  if ('reply' in ended) return ended.reply.status
  return ntlmErrorIn(ended.error)?.code ?? 'error'
}

interface Coded {
  name?: string
  code?: End
  cause?: unknown
  errors?: unknown[]
}

function ntlmErrorIn(error: unknown): Coded | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { name, cause, errors = [] } = error as Coded
  if (name === 'NtlmError') return error
  return [cause, ...errors].map(ntlmErrorIn).find((found) => found !== undefined)
}
