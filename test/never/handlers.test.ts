import { createNtlmServer } from '@ntlmkit/server'
import { NtlmAgent } from '@ntlmkit/undici'
import { Agent, type Dispatcher } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE } from '../wire.js'
import { settled } from './clients.js'
import { Site } from './site.js'

type Handler = Dispatcher.DispatchHandler
type Callback = 'onRequestStart' | 'onResponseStart' | 'onResponseData' | 'onResponseEnd'
type LegacyCallback = 'onConnect' | 'onHeaders' | 'onData' | 'onComplete'

class OwnError extends Error {
  readonly code = 'TEST_OWN_ERROR'
}

/** What a handler that throws once in this callback is told, in order. */
function tellOf(dispatcher: Dispatcher, origin: string, throwing: Callback): Promise<string[]> {
  return new Promise((resolve) => {
    const told: string[] = []
    const on = (callback: Callback) => () => {
      told.push(callback)
      if (callback === throwing) throw new OwnError('Thrown by the handler.')
      if (callback === 'onResponseEnd') resolve(told)
    }
    const handler: Handler = {
      onRequestStart: on('onRequestStart'),
      onResponseStart: on('onResponseStart'),
      onResponseData: on('onResponseData'),
      onResponseEnd: on('onResponseEnd'),
      onResponseError: (_controller, error) => {
        told.push(`onResponseError: ${(error as Partial<OwnError>).code}`)
        resolve(told)
      },
    }
    dispatcher.dispatch({ origin, path: '/', method: 'GET' }, handler)
  })
}

/** The same of a handler as undici 6 and Node's own fetch have it. */
function tellOfLegacy(dispatcher: Dispatcher, origin: string, throwing: LegacyCallback): Promise<string[]> {
  return new Promise((resolve) => {
    const told: string[] = []
    const on = (callback: LegacyCallback) => () => {
      told.push(callback)
      if (callback === throwing) throw new OwnError('Thrown by the handler.')
      if (callback === 'onComplete') resolve(told)
      return true
    }
    const handler = {
      onConnect: on('onConnect'),
      onHeaders: on('onHeaders'),
      onData: on('onData'),
      onComplete: on('onComplete'),
      onError: (error: Partial<OwnError>) => {
        told.push(`onError: ${error.code}`)
        resolve(told)
      },
    }
    dispatcher.dispatch({ origin, path: '/', method: 'GET' }, handler as unknown as Handler)
  })
}

function tellOfUpgrade(dispatcher: Dispatcher, origin: string): Promise<string[]> {
  return new Promise((resolve) => {
    const told: string[] = []
    const handler: Handler = {
      onRequestStart: () => {},
      onRequestUpgrade: () => {
        told.push('onRequestUpgrade')
        throw new OwnError('Thrown by the handler.')
      },
      onResponseError: (_controller, error) => {
        told.push(`onResponseError: ${(error as Partial<OwnError>).code}`)
        resolve(told)
      },
    }
    dispatcher.dispatch({ origin, path: '/', method: 'GET', upgrade: 'test' }, handler)
  })
}

async function startSites() {
  const [open, guarded] = [await Site.start({ isOpen: () => true }), await Site.start()]
  const [plain, ours] = [new Agent(), new NtlmAgent({ ...ALICE, origins: guarded.origin })]
  onTestFinished(() => void Promise.all([plain.destroy(), ours.destroy()]))
  return { open, guarded, plain, ours }
}

describe('a handler that throws gets its own error, as with Agent:', () => {
  it.each(['onRequestStart', 'onResponseStart', 'onResponseData', 'onResponseEnd'] as const)(
    '%s',
    async (throwing) => {
      const { open, guarded, plain, ours } = await startSites()
      const expected = await settled(tellOf(plain, open.origin, throwing))
      expect(expected).toContain('onResponseError: TEST_OWN_ERROR')
      expect(await settled(tellOf(ours, guarded.origin, throwing))).toEqual(expected)
      // Warm: on a connection that is authenticated already.
      expect(await settled(tellOf(ours, guarded.origin, throwing))).toEqual(expected)
    },
  )

  it.each(['onConnect', 'onHeaders', 'onData', 'onComplete'] as const)(
    '%s of an older handler',
    async (throwing) => {
      const { open, guarded, plain, ours } = await startSites()
      const expected = await settled(tellOfLegacy(plain, open.origin, throwing))
      const told = await settled(tellOfLegacy(ours, guarded.origin, throwing))
      expect(told).toContain('onError: TEST_OWN_ERROR')
      // undici 8 takes no older handlers; Node's own fetch brings them along all the same.
      if (expected.includes('onError: TEST_OWN_ERROR')) expect(told).toEqual(expected)
    },
  )

  it('onRequestUpgrade', async () => {
    const told: unknown[] = []
    for (const isOpen of [true, false]) {
      const server = createNtlmServer({
        users: { [ALICE.username]: ALICE.password },
        anonymous: () => isOpen,
        upgrade: (_request, socket) => {
          socket.on('error', () => {})
          socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n')
        },
      })
      await server.listen()
      const agent = isOpen ? new Agent() : new NtlmAgent({ ...ALICE, origins: server.origin })
      onTestFinished(async () => {
        await agent.destroy()
        await server.close()
      })
      told.push(await settled(tellOfUpgrade(agent, server.origin)))
    }
    expect(told[0]).toEqual(['onRequestUpgrade', 'onResponseError: TEST_OWN_ERROR'])
    expect(told[1]).toEqual(told[0])
  })

  it('and the agent goes on, and closes', async () => {
    const { guarded, ours } = await startSites()
    for (const throwing of [
      'onRequestStart',
      'onResponseStart',
      'onResponseData',
      'onResponseEnd',
    ] as const) {
      await settled(tellOf(ours, guarded.origin, throwing))
    }
    const never = 'none' as Callback
    expect(await settled(tellOf(ours, guarded.origin, never))).toContain('onResponseEnd')
    expect(await settled(ours.close().then(() => 'closed'))).toBe('closed')
  })
})
