import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The server of the measurements: everything but `/open` is authenticated. */
export interface MeasuredServer {
  origin: string
  stop(): Promise<void>
}

export async function startMeasuredServer(): Promise<MeasuredServer> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./server.js', import.meta.url)))
  const [origin] = (await once(child, 'message')) as [string]
  return {
    origin,
    async stop() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
