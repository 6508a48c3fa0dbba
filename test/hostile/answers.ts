/** Answers as bytes: what a hostile server writes is not what an HTTP library would let it. */

type Fields = Record<string, string | readonly string[]>

const REASONS: Record<number, string> = { 200: 'OK', 302: 'Found', 401: 'Unauthorized' }

export function head(status: number, fields: Fields = {}, version = '1.1'): string {
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((line) => `${name}: ${line}\r\n`),
  )
  return `HTTP/${version} ${status} ${REASONS[status] ?? 'Status'}\r\n${lines.join('')}\r\n`
}

/** A whole answer without a body. */
export function answer(status: number, fields: Fields = {}): string {
  return head(status, { ...fields, 'Content-Length': '0' })
}

/** A 401 with these challenges, one a line. */
export function refusal(...challenges: string[]): string {
  return answer(401, { 'WWW-Authenticate': challenges })
}

/** A 401 with these challenges, which says that the connection ends with it. */
export function lastRefusal(...challenges: string[]): string {
  return answer(401, { 'WWW-Authenticate': challenges, Connection: 'close' })
}
