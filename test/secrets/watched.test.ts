import { channel } from 'node:diagnostics_channel'
import { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { OpenSession } from '../clients/session.js'
import { clients } from './clients.js'
import { PASSWORD } from './secret-account.js'
import { playWatched } from './watched.js'

const client = clients['http.request']
const success = { ends: 200 }

/** A client that does something more when it has its answer. */
function careless(leak: () => void): OpenSession {
  return (identity, pool) => {
    const session = client(identity, pool)
    const call: typeof session.call = async (url, options) => {
      const reply = await session.call(url, options)
      leak()
      return reply
    }
    return { ...session, call }
  }
}

/** Every socket shows what was written to it, for as long as nothing else is. */
function keepWhatIsWritten(): void {
  const { write } = Socket.prototype
  Socket.prototype.write = function (this: Socket & { last?: unknown }, ...args: unknown[]) {
    this.last = args[0]
    return Reflect.apply(write, this, args)
  } as typeof write
  onTestFinished(() => {
    Socket.prototype.write = write
  })
}

describe('what is looked for would be seen', () => {
  it('in an object, while the AUTHENTICATE is out', async () => {
    keepWhatIsWritten()
    const { leaks } = await playWatched(success, { client })
    expect(leaks).toContainEqual(expect.stringMatching(/^client, the AUTHENTICATE out: AUTHENTICATE \(/))
    expect(leaks).toContainEqual(expect.stringMatching(/: NTProofStr \(/))
  })

  it.each<[string, () => void]>([
    [
      'in an error',
      () => {
        throw new Error('outer', { cause: new Error(PASSWORD) })
      },
    ],
    ['in an event', () => channel('ntlmkit:leg').publish({ password: Buffer.from(PASSWORD, 'utf16le') })],
    ['on the console', () => console.log(PASSWORD)],
  ])('%s', async (_where, leak) => {
    const { leaks } = await playWatched(success, { client: careless(leak) })
    expect(leaks).toContainEqual(expect.stringMatching(/: password \(/))
  })

  it('on the wire', async () => {
    const talkative: OpenSession = (identity, pool) => {
      const session = client(identity, pool)
      const password = Buffer.from(`x${PASSWORD}`).toString('base64')
      return { ...session, call: (url) => session.call(url, { headers: { password } }) }
    }
    const { wire } = await playWatched(success, { client: talkative })
    expect(wire).toContainEqual(expect.stringMatching(/^the wire: password \(utf8, base64 at 1\)/))
  })
})
