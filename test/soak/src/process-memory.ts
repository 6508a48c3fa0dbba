import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** In bytes, behind a garbage collection. */
export interface ProcessMemory {
  /** Objects, and what they hold outside of the heap. */
  held: number
  rss: number
}

export function measureMemory(): ProcessMemory {
  collectGarbage()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { held: heapUsed + external, rss }
}
