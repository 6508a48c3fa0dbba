import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type CallOptions, streamOf } from '../clients/index.js'
import { every, everyClient } from './clients.js'
import { type Seen, Site } from './site.js'

/** Above and below what is read into memory before it is sent. */
const SMALL = Buffer.alloc(5_000, 'small. ')
const LARGE = Buffer.alloc(150_000, 'large. ')

const ACTS: [name: string, method: string, body: Buffer | undefined, isStreamed: boolean][] = [
  ['a streamed POST', 'POST', LARGE, true],
  ['a streamed PUT', 'PUT', SMALL, true],
  ['a POST from a small buffer', 'POST', SMALL, false],
  ['a POST from a large buffer', 'POST', LARGE, false],
  ['a DELETE', 'DELETE', undefined, false],
  ['a POST without a body', 'POST', undefined, false],
]

const isPrivate = ({ path }: Seen) => path.startsWith('/private')

/** What a site does that knows no HEAD, asks for authentication below /private only, and holds /private/held. */
async function startSite(headStatus: number): Promise<{ site: Site; release: () => void }> {
  const held: (() => void)[] = []
  const site = await Site.start({
    isOpen: (seen) => !isPrivate(seen),
    take: (seen, _request, response) => {
      if (seen.method !== 'HEAD') return false
      response.writeHead(headStatus).end()
      return true
    },
    application: ({ path }, _request, response) => {
      if (path !== '/private/held') return false
      held.push(() => response.end())
      return true
    },
  })
  return { site, release: () => held.splice(0).forEach((answer) => void answer()) }
}

const options = (method: string, body: Buffer | undefined, isStreamed: boolean): CallOptions => ({
  method,
  body: body && isStreamed ? streamOf(body) : body,
})

/** `200: POST of 5000 bytes, POST of no bytes`. */
function inShort(status: number, { acts }: Site, body: Buffer | undefined): string {
  const own = createHash('sha256')
    .update(body ?? '')
    .digest('hex')
  const described = acts
    .filter(({ method }) => method !== 'GET')
    .map(({ method, bodyBytes, bodySha256 }) => {
      const which = bodySha256 === own ? 'its body' : `${bodyBytes} other bytes`
      return `${method} with ${which}`
    })
  return `${status}: ${described.join(', ')}`
}

describe.each([404, 405])('principle 1: where HEAD is %i and the path asks nobody,', (headStatus) => {
  it.each(ACTS)(
    '%s as the first request of an origin is one act',
    async (_name, method, body, isStreamed) => {
      const outcomes = await everyClient(async ({ open }) => {
        const { site } = await startSite(headStatus)
        const session = open({ origins: site.origin })
        const { status } = await session.call(`${site.origin}/open`, options(method, body, isStreamed))
        return inShort(status, site, body)
      })
      expect(outcomes).toEqual(every(`200: ${method} with its body`))
    },
  )

  it.each(ACTS)(
    '%s on the second connection of an origin that asks elsewhere is one act',
    async (_name, method, body, isStreamed) => {
      const outcomes = await everyClient(async ({ open }) => {
        const { site, release } = await startSite(headStatus)
        const session = open({ origins: site.origin })
        await session.call(`${site.origin}/private`)
        const isHeld = site.reached(({ path }) => path === '/private/held')
        const held = session.call(`${site.origin}/private/held`)
        await isHeld
        const { status } = await session.call(`${site.origin}/open`, options(method, body, isStreamed))
        release()
        await held
        return inShort(status, site, body)
      })
      expect(outcomes).toEqual(every(`200: ${method} with its body`))
    },
  )
})
