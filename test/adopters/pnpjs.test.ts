import { DefaultParse, type Queryable } from '@pnp/queryable'
import { DefaultHeaders, DefaultInit, RequestDigest, spfi } from '@pnp/sp'
import '@pnp/sp/webs/index.js'
import '@pnp/sp/lists/index.js'
import '@pnp/sp/items/index.js'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { sharePoint } from './applications/sharepoint.js'
import { authenticated, fetchFor, PROTOCOLS, seen } from './trial.js'

/** A behavior in the place of SPDefault's NodeFetch. */
const NtlmFetch = (fetch: typeof globalThis.fetch) => (instance: Queryable) => {
  instance.on.send.replace((url, init) => fetch(url.toString(), init))
  return instance
}

describe.each(PROTOCOLS)('PnPjs over %s', (_protocol, options) => {
  it('reads a list, then adds an item, for which it gets the form digest itself', async () => {
    const server = await startServer({ ...options, handler: sharePoint() })
    const sp = spfi(`${server.origin}/sites/team`).using(
      DefaultHeaders(),
      DefaultInit(),
      NtlmFetch(fetchFor(server)),
      DefaultParse(),
      RequestDigest(),
    )
    const { items } = sp.web.lists.getByTitle('Announcements')

    const before = await items()
    const added = await items.add({ Title: 'New' })

    expect(before.map(({ Title }) => Title)).toEqual(['Welcome', 'Canteen closed'])
    expect(added).toEqual({ Id: 3, Title: 'New' })
    expect(seen(server)).toEqual(authenticated(3))
    expect(server.log.at(-1)?.headers['x-requestdigest']).toBeDefined()
  })
})
