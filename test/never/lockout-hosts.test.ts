import { describe, expect, it } from 'vitest'
import { type Client, every, everyClient, outcomeOf } from './clients.js'
import { Site } from './site.js'

/** Principle 4: failed log-ons of an identity that no origin has accepted, and of one credential at one origin. */
const BUDGET = { all: 3, each: 2 }
const WITHIN_BUDGET = 'within the budget, nobody served'

const ORIGINS: [name: string, origins: '*' | ((origin: string) => boolean)][] = [
  ["origins: '*'", '*'],
  ['a predicate', (origin) => origin.startsWith('http://127.0.0.1:')],
]

async function eightSites(): Promise<Site[]> {
  return Promise.all(Array.from({ length: 8 }, () => Site.start()))
}

function verdict(sites: Site[], outcomes: (number | string)[]): string {
  const logOns = sites.map((site) => site.logOns)
  const sum = logOns.reduce((all, each) => all + each, 0)
  const served = outcomes.includes(200)
  if (sum <= BUDGET.all && Math.max(...logOns) <= BUDGET.each && !served) return WITHIN_BUDGET
  return `failed log-ons: ${logOns.join(' + ')}${served ? ', served' : ''}`
}

async function twoRoundsInTurn({ open }: Client, origins: '*' | ((origin: string) => boolean)) {
  const sites = await eightSites()
  const session = open({ origins, password: 'wrong' })
  const outcomes: (number | string)[] = []
  for (const site of [...sites, ...sites]) outcomes.push(await outcomeOf(session.call(`${site.origin}/`)))
  return verdict(sites, outcomes)
}

async function atOnce({ open }: Client, origins: '*' | ((origin: string) => boolean)) {
  const sites = await eightSites()
  const session = open({ origins, password: 'wrong' })
  const calls = sites.flatMap((site) => ['/a', '/b', '/c'].map((path) => session.call(site.origin + path)))
  return verdict(sites, await Promise.all(calls.map(outcomeOf)))
}

describe.each(ORIGINS)(
  'principle 4: a wrong password at eight hosts under one identity (%s)',
  (_name, origins) => {
    it('is tried three times at most by requests to each of them in turn', async () => {
      expect(await everyClient((client) => twoRoundsInTurn(client, origins))).toEqual(every(WITHIN_BUDGET))
    })

    it('is tried three times at most by requests to all of them at once', async () => {
      expect(await everyClient((client) => atOnce(client, origins))).toEqual(every(WITHIN_BUDGET))
    })
  },
)

it('principle 4: an identity that one host accepts is served by seven more', async () => {
  const outcomes = await everyClient(async ({ open }) => {
    const sites = await eightSites()
    const session = open({ origins: '*' })
    const calls = sites.map((site) => outcomeOf(session.call(`${site.origin}/`)))
    return (await Promise.all(calls)).join()
  })
  expect(outcomes).toEqual(every(Array(8).fill(200).join()))
})
