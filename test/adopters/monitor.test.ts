import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { describe, expect, it } from 'vitest'
import { ALICE, startServer } from '../wire.js'
import { PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('a monitor that makes an instance for each check, over %s', (_protocol, options) => {
  it('authenticates each check, and leaves no connection behind', async () => {
    const server = await startServer(options)

    async function check(): Promise<number> {
      const client = ntlm(
        axios.create({ timeout: 5000 }),
        { ...ALICE, origins: server.origin },
        { ca: server.ca },
      )
      try {
        return (await client.get(server.url)).status
      } finally {
        client.close()
      }
    }

    const statuses: number[] = []
    for (let checks = 0; checks < 20; checks++) statuses.push(await check())

    expect(statuses).toEqual(statuses.map(() => 200))
    expect(seen(server)).toEqual({ requests: 40, connections: 20, users: { alice: 20 }, failed: [] })
    await expect.poll(() => server.openConnections).toBe(0)
  })
})
