import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ALICE, endAfterEach, ntlmkit, serve, start } from './child.js'
import { onTerminal } from './terminal.js'

endAfterEach()

describe('in a pipe', () => {
  it('ends in silence when nobody reads on (| head -1)', async () => {
    const endless = await serve({
      handler: (_request, response) => {
        const write = (): void => {
          if (!response.destroyed && response.write(Buffer.alloc(65_536, 'line\n'))) setImmediate(write)
        }
        response.on('drain', write)
        write()
      },
    })
    const child = start(['request', endless.url], { env: ALICE })
    let stderr = ''
    child.stderr?.on('data', (chunk) => {
      stderr += chunk
    })
    child.stdout?.once('data', () => child.stdout?.destroy())
    const code = await new Promise((resolve) => void child.once('close', resolve))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('shows no colours and no bar, unless they are forced', async () => {
    const server = await serve()
    const plain = await ntlmkit(['probe', server.url], { env: ALICE })
    expect(plain.stdout + plain.stderr).not.toContain('\x1b')
    const forced = await ntlmkit(['probe', server.url], { env: { ...ALICE, FORCE_COLOR: '1' } })
    expect(forced.stdout).toContain('\x1b[')
  })
})

describe('^C', () => {
  it('ends a request that waits, by the signal as a shell expects it', async () => {
    let arrive = (): void => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const silent = createServer(() => arrive())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = silent.address() as AddressInfo
      const child = start(['request', `http://127.0.0.1:${port}/`], { env: ALICE })
      const ended = new Promise((resolve) => void child.once('close', (_code, signal) => resolve(signal)))
      await arrived
      child.kill('SIGINT')
      expect(await ended).toBe('SIGINT')
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
  })

  it('at the question for a password ends with 130, and nothing was sent', async () => {
    const server = await serve()
    const { code, stderr } = await onTerminal(['request', server.url, '-u', 'LAB\\alice'], { typed: '\x03' })
    expect(code).toBe(130)
    expect(stderr).toMatch(/Interrupted\..*\nNothing was sent\.\n$/)
    expect(server.log).toEqual([])
  })
})
