import { setTimeout as delay } from 'node:timers/promises'

const CLOSE_WITHIN = 20_000
const LOOK_EVERY = 50

/** Of this process, in its own eyes: listening ones are not counted. */
export function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length
}

/** What is still open when the other side has closed all of its own, and the time to see that is over. */
export async function closed(count: () => number): Promise<number> {
  const deadline = performance.now() + CLOSE_WITHIN
  while (count() > 0 && performance.now() < deadline) await delay(LOOK_EVERY)
  return count()
}
