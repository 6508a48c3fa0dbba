import type { IncomingHttpHeaders } from 'node:http'
import type { LegCookies } from '@ntlmkit/transport'
import type { Dispatcher } from 'undici'

type RawFields = Dispatcher.DispatchController['rawHeaders']

/** An answer's fields, and as they came over the wire, with the cookies of the legs in front of its own. */
export function withLegCookies(
  cookies: LegCookies,
  fields: IncomingHttpHeaders,
  raw: RawFields,
): { fields: IncomingHttpHeaders; raw: RawFields } {
  if (cookies.isEmpty) return { fields, raw }
  const own = [fields['set-cookie'] ?? []].flat()
  const earlier = cookies.deliveredWith(own)
  if (earlier.length === 0) return { fields, raw }
  return { fields: { ...fields, 'set-cookie': [...earlier, ...own] }, raw: withRaw(earlier, raw) }
}

/** Names and values in turn, or by name: undici knows both. */
function withRaw(lines: readonly string[], raw: RawFields): RawFields {
  if (!Array.isArray(raw)) return raw
  const isBytes = Buffer.isBuffer(raw[0])
  const write = (text: string) => (isBytes ? Buffer.from(text, 'latin1') : text)
  return [...lines.flatMap((line) => [write('set-cookie'), write(line)]), ...raw] as RawFields
}
