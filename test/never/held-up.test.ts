import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type CallOptions, streamOf } from '../clients/index.js'
import { every, everyClient, outcomeOf } from './clients.js'
import { Site } from './site.js'

const NEVER_ENDING: [name: string, path: string, options: () => CallOptions][] = [
  ['a long poll', '/poll', () => ({})],
  ['an upload that is not over', '/upload', () => ({ method: 'POST', body: slowUpload() })],
  ['an event stream', '/events', () => ({})],
  ['a request to a path that is never answered', '/silent', () => ({})],
  ['an upload to a path that is never answered', '/silent', () => ({ method: 'POST', body: slowUpload() })],
]

/** Brings a first piece, and no other. */
function slowUpload(): Readable {
  let hasBegun = false
  return new Readable({
    read() {
      if (hasBegun) return
      hasBegun = true
      this.push('the beginning')
    },
  })
}

/** A site that never comes to an end with these paths; at /silent it does not even ask. */
function startSite(): Promise<Site> {
  return Site.start({
    take: ({ path }) => path === '/silent',
    application: ({ path }, request, response) => {
      if (path === '/events') beginEvents(response)
      if (path === '/upload') request.resume()
      return path !== '/other'
    },
  })
}

function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  response.write('data: one\n\n')
}

/** Whether a promise has come to its end by now. */
async function isPending(call: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  return (await Promise.race([call, pending])) === pending
}

describe('principle 6: nobody waits for the first request of an origin, which is', () => {
  it.each(NEVER_ENDING)('%s', async (_name, path, options) => {
    const outcomes = await everyClient(async ({ open }) => {
      const site = await startSite()
      const session = open({ origins: site.origin }, { idle: 60_000 })
      const isSeen = site.reached((seen) => seen.path === path)
      const first = outcomeOf(session.call(site.origin + path, options()))
      await isSeen
      const upload: CallOptions = { method: 'POST', body: streamOf(Buffer.alloc(10_000)) }
      const others = [session.call(`${site.origin}/other`), session.call(`${site.origin}/other`, upload)]
      const statuses = (await Promise.all(others)).map(({ status }) => status)
      return `${statuses.join()} ${(await isPending(first)) ? 'meanwhile' : `after ${await first}`}`
    })
    expect(outcomes).toEqual(every('200,200 meanwhile'))
  })
})

it('a connection whose request waits for the verdict on another is not idle', async () => {
  const outcomes = await everyClient(async ({ open }) => {
    const site = await startSite()
    // Shorter than what a log-on waits for a verdict.
    const session = open({ origins: site.origin }, { idle: 1000 })
    const isSeen = site.reached(({ path, carried }) => path === '/poll' && carried === 'authenticate')
    void outcomeOf(session.call(`${site.origin}/poll`))
    await isSeen
    const { status } = await session.call(`${site.origin}/other`)
    return `${status} on ${site.connections} connections`
  })
  expect(outcomes).toEqual(every('200 on 2 connections'))
})

describe('principle 6: 100 requests to a silent server', () => {
  const handshakeTimeout = 700
  /** Of a timer that ticks once in that time, late rather than early: far fewer than if one came after the other. */
  const TICKS = 4

  it('fail within one handshakeTimeout, and not one after another', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, handshakeTimeout)
    const outcomes = await everyClient(async ({ open }) => {
      const site = await Site.start({ take: () => true })
      const session = open({ origins: site.origin, handshakeTimeout })
      const calls = Array.from({ length: 100 }, (_, i) => session.call(`${site.origin}/?${i}`))
      const codes = new Set(await Promise.all(calls.map(outcomeOf)))
      return `${[...codes].join()} ${ticks <= TICKS ? 'in time' : 'one after another'}`
    })
    clearInterval(timer)
    expect(outcomes).toEqual(every('ERR_NTLM_TIMEOUT in time'))
  })
})

it('principle 6: requests to a silent server do not hold up one to another origin of the identity', async () => {
  const outcomes = await everyClient(async ({ open }) => {
    const [silent, good] = [await Site.start({ take: () => true }), await Site.start()]
    const session = open({ origins: '*' })
    const calls = Array.from({ length: 20 }, (_, i) => outcomeOf(session.call(`${silent.origin}/?${i}`)))
    const { status } = await session.call(`${good.origin}/`)
    return (await isPending(Promise.race(calls))) ? `${status} meanwhile` : `${status} afterwards`
  })
  expect(outcomes).toEqual(every('200 meanwhile'))
})
