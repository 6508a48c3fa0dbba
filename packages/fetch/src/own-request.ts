import type { ReadableStream } from 'node:stream/web'
import { Request, type RequestInit } from 'undici'
import { ownFormData, wholeIfAtHand } from './own-body.js'
import { ownSignal } from './own-signal.js'

/** What `fetch` reads of its second argument: a class instance may have it by getters, and a spread would lose those. */
const SETTINGS = [
  'body',
  'cache',
  'credentials',
  'duplex',
  'headers',
  'integrity',
  'keepalive',
  'method',
  'mode',
  'priority',
  'redirect',
  'referrer',
  'referrerPolicy',
  'signal',
  'window',
] as const

type Setting = (typeof SETTINGS)[number]
type Settings = Partial<Record<Setting, unknown>>

/** A Request of the platform or of another package, as its standard has it. */
interface ForeignRequest {
  readonly url: string
  readonly method: string
  readonly headers: Iterable<[string, string]>
  readonly body: ReadableStream<Uint8Array> | null
  readonly bodyUsed: boolean
}

/**
 * The arguments of `fetch` as undici's own takes them: it knows a Request or a FormData only by its own class, and would
 * take any other for text.
 */
export async function ownRequest(
  input: unknown,
  init: object | undefined,
): Promise<[string | Request, RequestInit]> {
  const given = settingsOf(init)
  if (!isForeignRequest(input)) return [input as string | Request, await owned(given)]
  const asked = settingsOf(input)
  const body = 'body' in given ? given.body : await bodyOf(input)
  const settings = { ...asked, headers: [...input.headers], ...given, body, duplex: 'half' }
  return [input.url, await owned(settings)]
}

function settingsOf(source: object | undefined): Settings {
  const settings: Settings = {}
  for (const name of SETTINGS) {
    const value = (source as Settings | undefined | null)?.[name]
    if (value !== undefined) settings[name] = value
  }
  // For a page that is loaded: nobody may ask for it.
  if (settings.mode === 'navigate') delete settings.mode
  return settings
}

async function owned({ body, signal, ...settings }: Settings): Promise<RequestInit> {
  return {
    ...settings,
    ...(body === undefined ? {} : { body: ownFormData(body) }),
    ...(signal === undefined ? {} : { signal: ownSignal(signal) }),
  } as RequestInit
}

function isForeignRequest(input: unknown): input is ForeignRequest {
  if (typeof input !== 'object' || input === null || input instanceof Request || input instanceof URL)
    return false
  const { url, method, headers } = input as Partial<ForeignRequest>
  return typeof url === 'string' && typeof method === 'string' && typeof headers === 'object'
}

async function bodyOf(request: ForeignRequest): Promise<unknown> {
  if (request.bodyUsed) {
    throw new TypeError('The Request cannot be sent: its body has already been used.')
  }
  return request.body ? wholeIfAtHand(request.body) : undefined
}
