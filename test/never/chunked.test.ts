import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { ntlmAgents } from '@ntlmkit/agent'
import crossFetch from 'cross-fetch'
import nodeFetch3 from 'node-fetch'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE } from '../wire.js'
import { outcomeOf, settled } from './clients.js'
import { Site } from './site.js'

type Fetch = (
  url: string,
  init: object,
) => Promise<{ status: number; text(): Promise<string>; body: NodeJS.ReadableStream | null }>

// It has no declarations under this name.
const nodeFetch2 = createRequire(import.meta.url)('node-fetch2') as Fetch

const FETCHES: [name: string, fetch: Fetch][] = [
  ['node-fetch 2', nodeFetch2],
  ['cross-fetch 4', crossFetch as unknown as Fetch],
  ['node-fetch 3', nodeFetch3 as unknown as Fetch],
]

const PIECES = ['first, ', 'second, ', 'third']

/** A site whose answers have no length, and come in pieces of their own or all at once. */
async function startSite(inPieces: boolean) {
  const site = await Site.start({
    application: (_act, request, response) => {
      request.resume()
      const pieces = inPieces ? [...PIECES] : [PIECES.join('')]
      const next = () => {
        const piece = pieces.shift()
        if (piece === undefined) response.end()
        else response.write(piece, () => setImmediate(next))
      }
      next()
      return true
    },
  })
  const { http: agent } = ntlmAgents({ ...ALICE, origins: site.origin })
  onTestFinished(() => agent.destroy())
  return { site, agent }
}

describe.each(FETCHES)('%s reads chunked answers to their end,', (_name, fetch) => {
  it.each([
    ['in one piece', false],
    ['in pieces', true],
  ])('%s, 20 in turn on one connection', async (_how, inPieces) => {
    const { site, agent } = await startSite(inPieces)
    const read = async () => {
      const answers: string[] = []
      for (let i = 0; i < 20; i++) {
        const response = await fetch(`${site.origin}/?${i}`, { agent })
        answers.push(`${response.status} ${await response.text()}`)
      }
      return answers
    }
    expect(await settled(read())).toEqual(Array(20).fill(`200 ${PIECES.join('')}`))
    expect({ connections: site.connections, requests: site.seen.length }).toEqual({
      connections: 1,
      requests: 21,
    })
  })

  it('as a stream, and behind an upload', async () => {
    const { site, agent } = await startSite(true)
    const init = { agent, method: 'POST', body: 'a body' }
    const read = async () => {
      const response = await fetch(`${site.origin}/`, init)
      return text(response.body as never)
    }
    expect([await settled(read()), await settled(read())]).toEqual(Array(2).fill(PIECES.join('')))
    expect(site.connections).toBe(1)
  })

  it('20 at once', async () => {
    const { site, agent } = await startSite(true)
    const calls = Array.from({ length: 20 }, async (_, i) => {
      const response = await fetch(`${site.origin}/?${i}`, { agent })
      expect(await response.text()).toBe(PIECES.join(''))
      return response
    })
    const outcomes = await Promise.all(calls.map((each) => settled(outcomeOf(each))))
    expect(outcomes).toEqual(Array(20).fill(200))
  })

  it('and says so of one that ends too early', async () => {
    const site = await Site.start({
      application: (_act, _request, response) => {
        response.write(PIECES[0], () => response.socket?.destroy())
        return true
      },
    })
    const { http: agent } = ntlmAgents({ ...ALICE, origins: site.origin })
    onTestFinished(() => agent.destroy())
    const read = async () => (await fetch(`${site.origin}/`, { agent })).text()
    const outcome = await settled(read().catch(() => 'failed'))
    expect(outcome).toBe('failed')
  })
})
