/** What would keep the process from ending: timers and sockets, by their kind. */
export interface Resources {
  timers: number
  sockets: number
}

export function openResources(): Resources {
  const kinds = process.getActiveResourcesInfo()
  const count = (kind: string) => kinds.filter((each) => each === kind).length
  return { timers: count('Timeout'), sockets: count('TCPSocketWrap') }
}

/** What is open still when there was time for all of it to close, beyond what was open before. */
export async function leftSince(before: Resources): Promise<Resources> {
  for (let i = 0; ; i++) {
    const now = openResources()
    const left = {
      timers: Math.max(0, now.timers - before.timers),
      sockets: Math.max(0, now.sockets - before.sockets),
    }
    if (i === 100 || left.timers + left.sockets === 0) return left
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
