import type { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type AskedRequest, bodyOption, isRepeatable } from './load/asked-request.js'
import { Complaints } from './load/complaints.js'
import { addedUp, count } from './load/counts.js'
import { Draw } from './load/draw.js'
import { Ledger } from './load/ledger.js'

const GET: AskedRequest = { client: 'undici request', user: 'alice', method: 'GET', body: 'none' }
const POST: AskedRequest = { ...GET, method: 'POST', body: 'buffer' }
/** What the first version of the generator drew: a seed that has found something keeps its meaning. */
const DRAWN = [355, 836, 903, 666, 526, 499]
const numbers = (draw: Draw) => Array.from({ length: 6 }, () => draw.between(0, 999))

describe('a draw', () => {
  it('is the same for the same seed and purpose, in every run', () => {
    expect(numbers(new Draw(1, 3, 0))).toEqual(DRAWN)
  })

  it.each([
    ['another seed', new Draw(2, 3, 0)],
    ['another purpose', new Draw(1, 4, 0)],
    ['the next of its purpose', new Draw(1, 3, 1)],
  ])('is another one for %s', (_, draw) => {
    expect(numbers(draw)).not.toEqual(DRAWN)
  })
})

describe('a request', () => {
  it.each<[boolean, string, Partial<AskedRequest>]>([
    [true, 'a GET', {}],
    [true, 'a PUT', { method: 'PUT', body: 'stream' }],
    [false, 'a POST', POST],
    [true, 'a GET that was handed to node:http', { client: 'http.request' }],
    [true, 'a GET of a got stream', { client: 'got stream' }],
    [false, 'a PUT of a got stream', { client: 'got stream', method: 'PUT', body: 'buffer' }],
  ])('goes again: %s, %s', (goes, _, asked) => {
    expect(isRepeatable({ ...GET, ...asked })).toBe(goes)
  })

  it('is given its body as a buffer or in pieces, or none', async () => {
    const bytes = Buffer.from('abcde')
    expect(bodyOption(GET, bytes, 2)).toEqual({})
    expect(bodyOption(POST, bytes, 2)).toEqual({ body: bytes })
    const { body } = bodyOption({ ...POST, body: 'stream' }, bytes, 2)
    expect(await (body as Readable).toArray()).toEqual(['ab', 'cd', 'e'].map((piece) => Buffer.from(piece)))
  })
})

describe('a ledger', () => {
  it('knows which requests are under way, and for how long', () => {
    const ledger = new Ledger()
    const other = { ...GET }
    ledger.begin(GET)
    ledger.begin(other)
    ledger.end(GET)
    expect(ledger).toMatchObject({ asked: 2, settled: 1, underWay: [other] })
    expect(ledger.olderThan(Number.NEGATIVE_INFINITY)).toEqual([])
    expect(ledger.olderThan(Number.POSITIVE_INFINITY)).toEqual([other])
  })
})

describe('complaints', () => {
  it('are all counted, and kept up to a bound', () => {
    const complaints = new Complaints(2)
    for (const complaint of ['one', 'two', 'three']) complaints.add(complaint)
    expect(complaints).toMatchObject({ count: 3, examples: ['one', 'two'] })
  })

  it('are all kept where there is no bound', () => {
    const complaints = new Complaints()
    for (let number = 0; number < 100; number++) complaints.add(`${number}`)
    expect(complaints.examples).toHaveLength(100)
  })
})

describe('counts', () => {
  it('are added up key by key', () => {
    const one = new Map<string, number>()
    for (const key of ['FIN', 'RST', 'FIN']) count(one, key)
    expect(addedUp([one, new Map([['RST', 4]])])).toEqual(new Map(Object.entries({ FIN: 2, RST: 5 })))
  })
})
