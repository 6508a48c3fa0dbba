import { describe, expect, it, onTestFinished } from 'vitest'
import { answer, refusal } from './answers.js'
import { ntlmChallenge } from './challenge-tokens.js'
import { CLIENTS } from './clients.js'
import { outcomeOf } from './outcomes.js'
import { type Script, ScriptedServer, type SeenRequest } from './scripted-server.js'
import { openSession } from './suite.js'

/** How many redirects a client follows, and what it says then; it follows none where it is not named. */
const LIMITS: Readonly<Record<string, { hops: number; code: unknown; message: unknown }>> = {
  'undici fetch': { hops: 21, code: 'Error', message: 'redirect count exceeded' },
  'the fetch of Node': { hops: 21, code: 'Error', message: 'redirect count exceeded' },
  axios: { hops: 22, code: 'ERR_FR_TOO_MANY_REDIRECTS', message: 'Maximum number of redirects exceeded' },
  got: { hops: 11, code: 'ERR_TOO_MANY_REDIRECTS', message: 'Redirected 10 times. Aborting.' },
  'got stream': { hops: 11, code: 'ERR_TOO_MANY_REDIRECTS', message: 'Redirected 10 times. Aborting.' },
}

/** Sends everybody elsewhere: at once, or once it has authenticated the connection. What a HEAD was told is no hop. */
function redirects(to: () => string, authenticates: boolean, redirected: SeenRequest[]): Script['answer'] {
  const authenticated = new Set<number>()
  return ({ request, socket }) => {
    if (request.leg === 'AUTHENTICATE') authenticated.add(request.connection)
    const passes = !authenticates || authenticated.has(request.connection)
    if (passes && request.method !== 'HEAD') redirected.push(request)
    socket.write(passes ? answer(302, { Location: `${to()}/next` }) : refusal(ntlmChallenge()))
  }
}

async function startLoop(authenticates: boolean) {
  const redirected: SeenRequest[] = []
  const first: ScriptedServer = await ScriptedServer.start(
    redirects(() => second.origin, authenticates, redirected),
  )
  const second: ScriptedServer = await ScriptedServer.start(
    redirects(() => first.origin, authenticates, redirected),
  )
  onTestFinished(() => Promise.all([first.close(), second.close()]).then(() => {}))
  return { first, second, redirected }
}

const outcome = (sent: Promise<{ status: number }>) =>
  sent.then(
    ({ status }) => ({ status }),
    (error) => outcomeOf(error, 'http:'),
  )

describe.each(CLIENTS)('%s', (client) => {
  const { hops, ...given } = LIMITS[client] ?? { hops: 1, status: 302 }

  describe.each([
    ['redirects everybody', false],
    ['redirects whom it has authenticated', true],
  ])('in a loop that %s', (_what, authenticates) => {
    it('between two origins that may have credentials ends at its own limit', async () => {
      const { first, second, redirected } = await startLoop(authenticates)
      const session = openSession(client)
      expect(await outcome(session.call(`${first.origin}/`, { follow: true }))).toEqual(given)
      const seen = [...first.requests, ...second.requests]
      expect(redirected).toHaveLength(hops)
      expect(seen.length).toBeLessThanOrEqual(2 * hops)
      void session.close()
    })

    it('within one origin ends at its own limit', async () => {
      const redirected: SeenRequest[] = []
      const server: ScriptedServer = await ScriptedServer.start(
        redirects(() => server.origin, authenticates, redirected),
      )
      onTestFinished(() => server.close())
      const session = openSession(client)
      expect(await outcome(session.call(`${server.origin}/`, { follow: true }))).toEqual(given)
      expect(redirected).toHaveLength(hops)
      expect(server.requests.length).toBeLessThanOrEqual(2 * hops)
      void session.close()
    })

    it('with an origin that may have none never shows that one a token', async () => {
      const { first, second } = await startLoop(authenticates)
      const session = openSession(client, { origins: first.origin })
      const expected = authenticates && hops > 1 ? { status: 401 } : given
      expect(await outcome(session.call(`${first.origin}/`, { follow: true }))).toEqual(expected)
      expect(second.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([])
      expect(second.requests.length).toBe(hops === 1 ? 0 : authenticates ? 1 : Math.floor(hops / 2))
      void session.close()
    })
  })
})
