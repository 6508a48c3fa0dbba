import { NtlmInitiator } from '@ntlmkit/core'
import { afterEach, describe, expect, it } from 'vitest'
import { connect, start, stopAfterEach } from './fixture.js'
import { initiatorOf } from './raw-client.js'

stopAfterEach()

const polluted = new Set<string>()
afterEach(() => {
  for (const name of polluted) Reflect.deleteProperty(Object.prototype, name)
  polluted.clear()
})

function pollute(options: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(options)) {
    polluted.add(name)
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
  }
}

describe('an option of a polluted prototype', () => {
  it('opens no path and lets nobody in', async () => {
    pollute({ anonymous: ['/*'], allow: { anonymous: true, guest: true }, guest: true })
    const server = await start()
    expect((await connect(server).send()).status).toBe(401)
    const nobody = new NtlmInitiator({ credential: 'anonymous' })
    expect((await connect(server).authenticate({}, nobody))[1].status).toBe(401)
  })

  it('adds nothing to an option that is given in part', async () => {
    pollute({ anonymous: true })
    const server = await start({ allow: {}, anonymous: ['/public'] })
    const nobody = new NtlmInitiator({ credential: 'anonymous' })
    expect((await connect(server).authenticate({}, nobody))[1].status).toBe(401)
  })

  it('switches no check off and no mode on', async () => {
    pollute({ mic: 'accept', channelBinding: 'off', spn: () => true, kernelMode: true, http2: 'reset' })
    const server = await start({ tls: true })
    const other = initiatorOf('LAB\\alice', 'Passw0rd!', { channelBinding: Buffer.alloc(16, 7) })
    const [challenged, refused] = await connect(server).authenticate({}, other)
    expect(challenged.challenges).toEqual([expect.stringMatching(/^NTLM \S+$/)])
    expect(refused.status).toBe(401)
    expect(server.log[1].failed).toBe('channel-binding')
  })
})
