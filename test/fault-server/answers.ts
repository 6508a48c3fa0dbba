/** An answer as it would be written if nothing went wrong. */
export interface Answer {
  readonly status: number
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** An answer to a HEAD: it says what length the body would have, and ends with its head. */
  readonly headOnly: boolean
}

const REASONS: Readonly<Record<number, string>> = {
  100: 'Continue',
  102: 'Processing',
  103: 'Early Hints',
  200: 'OK',
  401: 'Unauthorized',
  421: 'Misdirected Request',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Long enough to break off in the middle. */
const ERROR_PAGE = Buffer.from(`<html><body>${'An error page. '.repeat(64)}</body></html>`)

/** A 401: with a token, a CHALLENGE. */
export function unauthorized(method: string, challenges: readonly string[]): Answer {
  const fields = challenges.map((challenge) => ['WWW-Authenticate', challenge] as const)
  return { status: 401, fields, body: ERROR_PAGE, headOnly: method === 'HEAD' }
}

export function errorPage(method: string, status: number): Answer {
  return { status, fields: [], body: ERROR_PAGE, headOnly: method === 'HEAD' }
}

/** What the application answers. */
export function json(method: string, content: object, fields: Answer['fields']): Answer {
  const body = Buffer.from(JSON.stringify({ ...content, padding: '.'.repeat(1024) }))
  return {
    status: 200,
    fields: [['Content-Type', 'application/json'], ...fields],
    body,
    headOnly: method === 'HEAD',
  }
}

/** The head, with the Content-Length given in the place of the right one. */
export function headOf({ status, fields, body }: Answer, contentLength = body.length): string {
  return [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${contentLength}`,
    '\r\n',
  ].join('\r\n')
}

export function interim(status: number): string {
  return `HTTP/1.1 ${status} ${REASONS[status]}\r\n${status === 103 ? 'Link: </style.css>; rel=preload\r\n' : ''}\r\n`
}

export function bodyOf({ body, headOnly }: Answer): Buffer {
  return headOnly ? Buffer.alloc(0) : body
}
