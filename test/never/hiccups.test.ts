import { describe, expect, it } from 'vitest'
import type { Session } from '../clients/index.js'
import { type Client, every, everyClient } from './clients.js'
import { type Seen, Site } from './site.js'

/** What happens once, with Alice's right password, in the first requests of a session. */
interface Hiccup {
  /** Of the answer to the first AUTHENTICATE. */
  status?: number
  /** Whether nobody has looked at that AUTHENTICATE: the connection is nobody's. */
  isUnread?: boolean
  /** Whether that answer closes its connection. */
  closes?: boolean
  /** Behind so many requests the server has forgotten the connection. */
  forgetsBehind?: number
}

const HICCUPS: [name: string, hiccup: Hiccup][] = [
  ['a 503 to the first AUTHENTICATE', { status: 503 }],
  ['a 503 to the first AUTHENTICATE, which is not looked at,', { status: 503, isUnread: true }],
  ['a 503 to the first AUTHENTICATE, which closes,', { status: 503, isUnread: true, closes: true }],
  ['a connection forgotten behind its first request', { forgetsBehind: 1 }],
  ['a connection forgotten behind its second request', { forgetsBehind: 2 }],
  ['a connection forgotten behind its fifth request', { forgetsBehind: 5 }],
]

const SETTLING = 10
const LATER = 50

async function hiccuped({ open }: Client, { status, isUnread, closes, forgetsBehind }: Hiccup) {
  let isDue = status !== undefined
  const takesPlace = ({ carried }: Seen) => {
    if (!isDue || carried !== 'authenticate') return false
    isDue = false
    return true
  }
  const site = await Site.start({
    instead: (seen) => (!isUnread && takesPlace(seen) ? status : undefined),
    take: (seen, _request, response) => {
      if (!isUnread || !takesPlace(seen)) return false
      site.forget()
      response.writeHead(status!, closes ? { Connection: 'close' } : {}).end('later')
      return true
    },
  })
  const session = open({ origins: site.origin }, { connections: 1, idle: 60_000 })
  for (let i = 1; i <= SETTLING; i++) {
    await session.call(`${site.origin}/${i}`).catch(() => {})
    if (i === forgetsBehind) site.forget()
  }
  return { site, session }
}

async function fiftyInTurn(site: Site, session: Session): Promise<string> {
  site.clear()
  const statuses = new Set<number>()
  for (let i = 0; i < LATER; i++) statuses.add((await session.call(`${site.origin}/later/${i}`)).status)
  return `${[...statuses].join()}: ${site.seen.length} requests, ${site.logOns} handshakes, ${site.connections} connections`
}

describe('principle 5: soon behind', () => {
  it.each(HICCUPS)('%s a request is one request again', async (_name, hiccup) => {
    const outcomes = await everyClient(async (client) => {
      const { site, session } = await hiccuped(client, hiccup)
      return fiftyInTurn(site, session)
    })
    expect(outcomes).toEqual(every('200: 50 requests, 0 handshakes, 0 connections'))
  })

  it.each(HICCUPS)('%s a new connection costs one handshake', async (_name, hiccup) => {
    const outcomes = await everyClient(async (client) => {
      const { site, session } = await hiccuped(client, hiccup)
      await site.closeConnections()
      return fiftyInTurn(site, session)
    })
    expect(outcomes).toEqual(every('200: 51 requests, 1 handshakes, 1 connections'))
  })
})
