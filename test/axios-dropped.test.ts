import { Agent } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import axios from 'axios'
import got from 'got'
import { describe, expect, it } from 'vitest'
import { ALICE, concurrently, startServer } from './wire.js'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

const INSTANCES = 1000
const pool = { freeSocketTimeout: 50 }
const shared = new Agent()

/** Each uses an instance once, and returns what would hold its connections. */
const DROPPED: [name: string, use: (origin: string) => Promise<object>][] = [
  [
    'axios',
    async (baseURL) => {
      const instance = ntlmForAxios(axios.create({ baseURL }), ALICE, pool)
      await instance.get('/')
      return instance
    },
  ],
  [
    'axios with an agent that all share',
    async (baseURL) => {
      const instance = ntlmForAxios(axios.create({ baseURL, httpAgent: shared }), ALICE, pool)
      await instance.get('/', { httpAgent: shared })
      return instance
    },
  ],
  [
    'axios, closed',
    async (baseURL) => {
      const instance = ntlmForAxios(axios.create({ baseURL }), ALICE)
      await instance.get('/')
      instance.close()
      return instance
    },
  ],
  [
    'got',
    async (prefixUrl) => {
      const auth = ntlmForGot(ALICE, pool)
      await got.extend({ prefixUrl }, auth)('')
      return auth
    },
  ],
]

describe(`${INSTANCES} instances that were made, used and dropped leave nothing`, () => {
  it.each(DROPPED)(
    '%s',
    async (_name, use) => {
      const server = await startServer()
      const dropped = await concurrently(10, INSTANCES, async () => new WeakRef(await use(server.origin)))
      await expect.poll(() => server.openConnections, { timeout: 10_000 }).toBe(0)
      const left = () => {
        gc()
        return dropped.filter((reference) => reference.deref() !== undefined).length
      }
      // The last of them may still be on the stack of somebody.
      await expect.poll(left, { timeout: 20_000 }).toBeLessThanOrEqual(10)
    },
    60_000,
  )
})
