import { ntlm } from '@ntlmkit/got'
import got from 'got'
import { describe, expect, it } from 'vitest'
import { ALICE } from '../wire.js'
import { outcomeOf } from './clients.js'
import { Site } from './site.js'

const CREDENTIALS = { username: ALICE.username, password: ALICE.password }
const QUIET = { retry: { limit: 0 }, throwHttpErrors: false } as const

const tokens = ({ seen }: Site) => seen.filter(({ carried }) => carried !== 'none').length
const statusOf = (call: Promise<{ statusCode: number }>) =>
  outcomeOf(call.then(({ statusCode }) => ({ status: statusCode })))

async function twoSites() {
  return { own: await Site.start(), other: await Site.start() }
}

describe("got's allow-list, where it is the instance's prefixUrl,", () => {
  it("does not grow by a request's prefixUrl", async () => {
    const { own, other } = await twoSites()
    const instance = got.extend({ prefixUrl: own.origin, ...QUIET }, ntlm(CREDENTIALS))
    expect(await statusOf(instance('a'))).toBe(200)
    await statusOf(instance('b', { prefixUrl: other.origin }))
    await statusOf(instance(`${other.origin}/c`, { prefixUrl: '' }))
    expect(tokens(other)).toBe(0)
    expect(await statusOf(instance('d'))).toBe(200)
  })

  it("is not what the first request's prefixUrl says", async () => {
    const { own, other } = await twoSites()
    const instance = got.extend({ prefixUrl: own.origin, ...QUIET }, ntlm(CREDENTIALS))
    await statusOf(instance('b', { prefixUrl: other.origin }))
    expect(tokens(other)).toBe(0)
    expect(await statusOf(instance('a'))).toBe(200)
  })

  it("does not grow by a stream's prefixUrl, nor by a hook's", async () => {
    const { own, other } = await twoSites()
    const instance = got.extend({ prefixUrl: own.origin, ...QUIET }, ntlm(CREDENTIALS))
    const stream = instance.stream('b', { prefixUrl: other.origin })
    await stream.toArray().catch(() => {})
    const toOther = (options: { prefixUrl?: string | URL }) => {
      options.prefixUrl = other.origin
    }
    await statusOf(instance('c', { hooks: { init: [toOther] } }))
    expect(tokens(other)).toBe(0)
  })

  it('is not there without a prefixUrl of the instance: a request cannot bring it', async () => {
    const { other } = await twoSites()
    const instance = got.extend(QUIET, ntlm(CREDENTIALS))
    const code = await statusOf(instance('b', { prefixUrl: other.origin }))
    expect(code).toBe('ERR_NTLM_CONFIG')
    expect(other.seen).toEqual([])
  })

  it('is the prefixUrl that the instance was extended with, before or behind', async () => {
    const { own } = await twoSites()
    const before = got.extend({ prefixUrl: own.origin, ...QUIET }, ntlm(CREDENTIALS))
    const behind = got.extend(ntlm(CREDENTIALS), { prefixUrl: own.origin, ...QUIET })
    expect(await statusOf(before('a'))).toBe(200)
    expect(await statusOf(behind('a'))).toBe(200)
  })
})
