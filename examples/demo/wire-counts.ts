/** What went over the wire in one scenario. */
export interface WireCounts {
  requests: number
  connections: number
  bodyBytes: number
  /** Who it was as, each name once. */
  users: string[]
}

/** Counts from one moment on. */
export interface Meter {
  /** Who counts: for the headline. */
  readonly countedBy: string
  reset(): void
  read(): WireCounts
}
