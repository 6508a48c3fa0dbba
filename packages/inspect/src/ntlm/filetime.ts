/** Milliseconds between 1601 and 1970. */
const EPOCH = 11_644_473_600_000n

/** The latest date that JavaScript has. */
const LATEST = 8_640_000_000_000_000

/** A FILETIME ([MS-DTYP] 2.3.3) as a date, and as milliseconds since 1970 where it is one. */
export function dateOf(ticks: bigint): { value: string; milliseconds: number | undefined } {
  const milliseconds = Number(ticks / 10_000n - EPOCH)
  if (milliseconds > LATEST) return { value: `${ticks}, which is no date`, milliseconds: undefined }
  return { value: new Date(milliseconds).toISOString(), milliseconds }
}
