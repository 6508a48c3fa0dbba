const MOST_KEPT = 10

/** Notes what no process of a run may have: rejections and exceptions nobody handled, and warnings. */
export function watchTroubles(): readonly string[] {
  const troubles: string[] = []
  const note = (what: string) => (error: unknown) => {
    if (troubles.length >= MOST_KEPT) return
    const trouble = `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    troubles.push(trouble)
    console.error(trouble)
  }
  process.on('unhandledRejection', note('unhandled rejection'))
  process.on('uncaughtException', note('exception nobody caught'))
  process.on('warning', note('warning'))
  return troubles
}
