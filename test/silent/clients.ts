import { createNtlmFetch } from '@ntlmkit/fetch'
import { onTestFinished } from 'vitest'
import { type Identity, type OpenSession, type Session, sessions } from '#clients'
import { reply } from '../clients/session.js'
import { ALICE } from '../wire.js'

const ntlmFetch: OpenSession = ({ ca, ...identity }) => {
  const fetch = createNtlmFetch({ ...identity, connect: { ca } })
  return {
    async call(url, { method, headers, follow } = {}) {
      const response = await fetch(url, { method, headers, redirect: follow ? 'follow' : 'manual' })
      const fields = Object.fromEntries(response.headers as unknown as Iterable<[string, string]>)
      return reply(response.status, fields, await response.text())
    },
    close: () => fetch.close(),
  }
}

/** Every client, by its name. */
export const OPEN: readonly [name: string, open: OpenSession][] = [
  ...Object.entries(sessions),
  ['createNtlmFetch', ntlmFetch],
]

/** Those that follow a redirect themselves. */
export const FOLLOWING = OPEN.filter(([name]) => name !== 'http.request' && name !== 'undici request')

/** Those that take a 407 for a failure of the network, whatever it says: the standard of `fetch` wants it so. */
export const FETCHES: ReadonlySet<string> = new Set(['undici fetch', 'the fetch of Node', 'createNtlmFetch'])

/** Alice's session for one test. */
export function session(open: OpenSession, options: Partial<Identity>): Session {
  const opened = open({ ...ALICE, ...options } as Identity)
  onTestFinished(() => opened.close())
  return opened
}
