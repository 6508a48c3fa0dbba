import { describe, expect, it } from 'vitest'
import { type Client, every, everyClient, outcomeOf } from './clients.js'
import { type Seen, Site, type SiteOptions } from './site.js'

/** Principle 4: failed log-ons of one credential at one origin, however the requests come. */
const BUDGET = 2
const WITHIN_BUDGET = 'within the budget, nobody served'

const isLogOn = ({ carried }: Seen) => carried === 'authenticate'

/** What a site does with the first AUTHENTICATE of all: this status, which says nothing about the password. */
function onceInstead(status: number): Partial<SiteOptions> {
  let isFirst = true
  return {
    instead: (seen) => {
      if (!isLogOn(seen) || !isFirst) return undefined
      isFirst = false
      return status
    },
  }
}

const closesOnLogOn: Partial<SiteOptions> = {
  take: (seen, request) => {
    if (isLogOn(seen)) request.socket.destroy()
    return isLogOn(seen)
  },
}

const SITES: [name: string, options: () => Partial<SiteOptions>][] = [
  ['refuses', () => ({})],
  ['closes on bad credentials', () => closesOnLogOn],
  ['answers the first AUTHENTICATE 503', () => onceInstead(503)],
  ['answers the first AUTHENTICATE 500', () => onceInstead(500)],
  ['answers the first AUTHENTICATE 400', () => onceInstead(400)],
  ['answers the first AUTHENTICATE 302', () => onceInstead(302)],
]

/** Half of them to paths of their own: a second path may be tried once, not each. */
const urlOf = (site: Site, i: number) => `${site.origin}/${i % 2 ? i : ''}?${i}`

function verdict(site: Site, outcomes: (number | string)[]): string {
  const served = outcomes.filter((outcome) => typeof outcome === 'number' && outcome < 300).length
  if (site.logOns <= BUDGET && served === 0) return WITHIN_BUDGET
  return `${site.logOns} failed log-ons, ${served} served`
}

async function atOnce({ open }: Client, options: Partial<SiteOptions>, count: number) {
  const site = await Site.start(options)
  const session = open({ origins: site.origin, password: 'wrong' })
  const calls = Array.from({ length: count }, (_, i) => outcomeOf(session.call(urlOf(site, i))))
  return verdict(site, await Promise.all(calls))
}

async function inTurn({ open }: Client, options: Partial<SiteOptions>, count: number) {
  const site = await Site.start(options)
  const session = open({ origins: site.origin, password: 'wrong' })
  const outcomes: (number | string)[] = []
  for (let i = 0; i < count; i++) outcomes.push(await outcomeOf(session.call(urlOf(site, i))))
  return verdict(site, outcomes)
}

describe.each(SITES)('principle 4: a wrong password at a site that %s', (_name, options) => {
  it('is tried twice at most by 100 requests at once', async () => {
    const outcomes = await everyClient((client) => atOnce(client, options(), 100))
    expect(outcomes).toEqual(every(WITHIN_BUDGET))
  })

  it('is tried twice at most by 100 requests in turn', async () => {
    const outcomes = await everyClient((client) => inTurn(client, options(), 100))
    expect(outcomes).toEqual(every(WITHIN_BUDGET))
  })
})
