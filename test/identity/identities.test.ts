import type { IdentityCredential } from '@ntlmkit/transport'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concurrently, startServer } from '../wire.js'
import { turns } from './plan.js'
import { sequencesFromEnvironment } from './sequences.js'
import { type OpenUsers, USERS_BY_CLIENT } from './users.js'

/** More users than are kept, so that they come and go under load. */
const NAMES = ['ann', 'ben', 'cat', 'dan', 'eva', 'fay', 'gus']
const KEPT = 3
const WIDTH = 8

/** One request of one user. */
interface Call {
  user: number
  /** Turns of the event loop between the choice of the user and the request, and until the answer. */
  late: number
  slow: number
  /** Bytes; none for a GET. */
  body: number | undefined
  /** The user's password comes from another function from here on: that is another identity. */
  changes: boolean
}

const calls = fc.array(
  fc.record<Call>({
    user: fc.nat(NAMES.length - 1),
    late: fc.nat(4),
    slow: fc.nat(6),
    body: fc.option(fc.nat(2000), { nil: undefined }),
    changes: fc.boolean().chain((first) => (first ? fc.boolean() : fc.constant(false))),
  }),
  { minLength: 80, maxLength: 120 },
)

function secretOf(name: string): string {
  return `secret of ${name}`
}

/** Runs the calls side by side, and tells what the server saw of them. */
async function run(open: OpenUsers, drawn: readonly Call[]) {
  const passwords = new Map<string, IdentityCredential['password']>(
    NAMES.map((name) => [name, secretOf(name)]),
  )
  const server = await startServer({
    users: Object.fromEntries(NAMES.map((name) => [`LAB\\${name}`, secretOf(name)])),
    handler: async (request, response) => {
      for await (const _ of request);
      await turns(Number(new URL(request.url!, server.origin).searchParams.get('slow')))
      response.end(request.ntlm?.username)
    },
  })
  const users = open(server.origin, KEPT)
  try {
    const answers = await concurrently(WIDTH, drawn.length, async (i) => {
      const { user, late, slow, body, changes } = drawn[i]
      const name = NAMES[user]
      if (changes) passwords.set(name, () => secretOf(name))
      const ask = users.for({ username: `LAB\\${name}`, password: passwords.get(name) })
      await turns(late)
      return ask(`/${name}?slow=${slow}`, body === undefined ? undefined : 'x'.repeat(body))
    })
    return { server, answers }
  } finally {
    await users.close()
  }
}

describe('one process that acts for more users than it keeps', () => {
  it.each(Object.entries(USERS_BY_CLIENT))(
    'answers each with their own, on connections of their own: %s',
    async (_client, open) => {
      const { seed = 20261128, path } = sequencesFromEnvironment()
      const property = fc.asyncProperty(calls, async (drawn) => {
        const { server, answers } = await run(open, drawn)
        expect(answers).toEqual(drawn.map(({ user }) => NAMES[user]))

        const strangers = server.log.filter(({ user, path }) => user && !path.startsWith(`/${user}`))
        expect(strangers).toEqual([])
        const usersOf = new Map<number, Set<string>>()
        for (const { connection, user } of server.log) {
          if (user) usersOf.set(connection, (usersOf.get(connection) ?? new Set()).add(user))
        }
        expect([...usersOf.values()].filter(({ size }) => size !== 1)).toEqual([])
        // They came and went: somebody had to be authenticated again.
        expect(usersOf.size).toBeGreaterThan(2 * NAMES.length)
        expect(server.log.filter(({ violation }) => violation)).toEqual([])
        await expect.poll(() => server.openConnections).toBe(0)
      })
      await fc.assert(property, { seed, path, numRuns: 3, endOnFailure: path !== undefined })
    },
    120_000,
  )
})
