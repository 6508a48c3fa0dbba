import { expect, it } from 'vitest'
import { type CallOptions, type OpenSession, sessions } from '../clients/index.js'
import { reply } from '../clients/session.js'
import type { Client } from './clients.js'
import { ASKS, OPEN } from './decisions.js'
import { faultsOf } from './judge.js'
import { at, BODIES } from './visit.js'

/** A client that does this for each call, without any NTLM. */
function broken(call: (url: string, init: RequestInit) => Promise<Response>): Client {
  const open: OpenSession = () => ({
    async call(url, { method, headers, body }: CallOptions = {}) {
      const response = await call(url, { method, headers, body: body as Buffer<ArrayBuffer> | undefined })
      return reply(response.status, {}, await response.text())
    },
    close: async () => {},
  })
  return { name: 'broken', open, follows: false, onlyStreams: false }
}

const post = { method: 'POST', body: 'buffer' } as const
const openSite = { decide: () => OPEN }

it.each<[what: string, client: Client, faults: string[]]>([
  ['nothing, where all went well', broken(fetch), []],
  [
    'a request that is sent twice',
    broken(async (url, init) => {
      await fetch(url, init)
      return fetch(url, init)
    }),
    ['POST /page buffer: 2 acts for 1 calls'],
  ],
  [
    'a request that is emptied',
    broken((url, init) => fetch(url, { ...init, body: undefined })),
    ['POST /page none: 1 acts for 0 calls', 'POST /page buffer: no act for 1 calls'],
  ],
  [
    'a body that is cut short',
    broken((url, init) => fetch(url, { ...init, body: new Uint8Array(BODIES.buffer.subarray(1)) })),
    ['POST /page 1999 other bytes: 1 acts for 0 calls', 'POST /page buffer: no act for 1 calls'],
  ],
  [
    'an answer that no application gave',
    broken(async () => new Response('cached')),
    ['POST /page buffer: no act for 1 calls'],
  ],
  [
    'a leg that an open page could have acted on',
    broken(async (url, { headers, ...init }) => {
      const negotiate = 'NTLM TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA='
      await fetch(url, { method: 'POST', headers: { ...headers, authorization: negotiate } })
      return fetch(url, { ...init, headers })
    }),
    ['POST /page none: 1 acts for 0 calls', 'an emptied request before any refusal'],
  ],
])('the judge sees %s', async (_what, client, faults) => {
  await at(openSite, client, async (visitor) => {
    expect(await visitor.inTurn([post])).toEqual([200])
    expect(faultsOf(visitor)).toEqual(faults)
  })
})

it('the judge sees a second handshake on a connection', async () => {
  const client: Client = { ...broken(fetch), open: sessions.got }
  await at({ decide: () => ASKS }, client, async (visitor) => {
    expect(await visitor.inTurn([post, post])).toEqual([200, 200])
    expect(faultsOf(visitor)).toEqual([])
    const handshake = visitor.site.requests.find(({ accepted }) => accepted)!
    visitor.site.requests.push({ ...handshake, acted: false })
    expect(faultsOf(visitor)).toEqual(['connection 1: 2 handshakes'])
  })
})
