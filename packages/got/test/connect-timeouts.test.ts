import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import got, { TimeoutError } from 'got'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectTimeouts } from '../src/connect-timeouts.js'
import { ntlm } from '../src/index.js'

const instance = got.extend(ntlm({ username: 'u', password: 'p', origins: '*' }), { retry: { limit: 0 } })

/** Accepts connections, and never says a word. */
async function startSilentServer(): Promise<number> {
  const server = createServer((socket) => void onTestFinished(() => void socket.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('got’s own timeouts for a connection', () => {
  it('secureConnect', async () => {
    const url = `https://127.0.0.1:${await startSilentServer()}`
    const sent = instance(url, { timeout: { secureConnect: 50 } })
    await expect(sent).rejects.toMatchObject({ code: 'ETIMEDOUT', event: 'secureConnect' })
    await expect(sent).rejects.toBeInstanceOf(TimeoutError)
  })

  it('lookup', async () => {
    const sent = instance('http://intranet.invalid', { timeout: { lookup: 50 }, dnsLookup: () => {} })
    await expect(sent).rejects.toMatchObject({ code: 'ETIMEDOUT', event: 'lookup' })
  })

  it('do not end a connection that is made', async () => {
    const url = `http://127.0.0.1:${await startSilentServer()}`
    const sent = instance(url, { timeout: { lookup: 20, connect: 20, request: 100 } })
    await expect(sent).rejects.toMatchObject({ code: 'ETIMEDOUT', event: 'request' })
  })

  it('watch nothing where there are none', () => {
    expect(connectTimeouts({})).toBeUndefined()
    expect(connectTimeouts({ connect: 1 })).toBeTypeOf('function')
  })
})
