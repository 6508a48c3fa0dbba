/** An AbortSignal as another package or another realm has it. */
interface ForeignSignal {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void, options: { once: true }): void
}

/** A signal of any class as the platform's, the only one that undici takes; anything else as it is. */
export function ownSignal(signal: unknown): unknown {
  if (!isForeignSignal(signal)) return signal
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return controller.signal
}

function isForeignSignal(signal: unknown): signal is ForeignSignal {
  if (typeof signal !== 'object' || signal === null || signal instanceof AbortSignal) return false
  const { aborted, addEventListener } = signal as Partial<ForeignSignal>
  return typeof aborted === 'boolean' && typeof addEventListener === 'function'
}
