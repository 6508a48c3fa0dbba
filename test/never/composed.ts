import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { type Dispatcher, interceptors, RetryAgent, request } from 'undici'
import { codeOf } from './clients.js'
import type { Act, SiteOptions } from './site.js'

/** Interceptors over a dispatcher, requests through both, and an application that makes them matter. */
export interface Composition {
  compose(dispatcher: Dispatcher): Dispatcher
  /** Made anew for every site: it may count. */
  application(): NonNullable<SiteOptions['application']>
  /** Default: one GET of `/`. */
  run?(dispatcher: Dispatcher, origin: string): Promise<unknown>
}

const RETRY = { maxRetries: 3, minTimeout: 1, maxTimeout: 5, methods: ['GET', 'PUT', 'POST'] as const }
const retryOptions = { ...RETRY, methods: [...RETRY.methods] }

type Options = Parameters<typeof request>[1]

/** What a caller sees of a request. */
export async function seenBy(dispatcher: Dispatcher, url: string, options: Options = {}): Promise<string> {
  try {
    const { statusCode, headers, body } = await request(url, { dispatcher, ...options })
    return `${statusCode} ${headers['x-mark'] ?? 'no mark'}: ${await body.text()}`
  } catch (error) {
    const { statusCode, body } = error as { statusCode?: number; body?: unknown }
    return `${codeOf(error)} ${statusCode ?? 'no status'}: ${JSON.stringify(body) ?? 'nothing'}`
  }
}

function answer(response: ServerResponse, status: number, fields: Record<string, string> = {}): true {
  response.writeHead(status, { 'X-Mark': 'marked', 'Content-Type': 'text/plain', ...fields })
  response.end(`the body of ${status}`)
  return true
}

/** Its first answers go wrong. */
function failing(times: number, fail: (response: ServerResponse) => void) {
  return () => {
    let left = times
    return (act: Act, request: IncomingMessage, response: ServerResponse) => {
      request.on('data', (chunk: Buffer) => {
        act.bodyBytes += chunk.length
      })
      request.on('end', () => {
        if (left-- > 0) fail(response)
        else answer(response, 200)
      })
      return true
    }
  }
}

const failsTwice = failing(2, (response) => void answer(response, 503))
const failsAlways = failing(Number.POSITIVE_INFINITY, (response) => void answer(response, 503))
const resetsOnce = failing(1, (response) => void response.socket?.resetAndDestroy())
const breaksOffOnce = () => {
  let isFirst = true
  return (_act: Act, { headers }: { headers: Record<string, unknown> }, response: ServerResponse) => {
    const whole = Buffer.alloc(2000, 'whole ')
    if (isFirst) {
      isFirst = false
      response.writeHead(200, { 'Content-Length': whole.length, ETag: '"1"', 'Accept-Ranges': 'bytes' })
      response.write(whole.subarray(0, 1000), () => setTimeout(() => response.socket?.destroy(), 10))
      return true
    }
    const from = Number(/bytes=(\d+)-/.exec(String(headers.range))?.[1] ?? 0)
    const fields = { ETag: '"1"', 'Content-Range': `bytes ${from}-${whole.length - 1}/${whole.length}` }
    response.writeHead(206, { ...fields, 'Content-Length': whole.length - from })
    response.end(whole.subarray(from))
    return true
  }
}

const always =
  (status: number, fields?: Record<string, string>) => () => (_a: Act, _q: unknown, r: ServerResponse) =>
    answer(r, status, fields)

const redirecting =
  (status: number) =>
  () =>
  ({ path }: Act, _request: unknown, response: ServerResponse) =>
    path === '/'
      ? answer(response, status, { Location: '/there' })
      : path === '/loop' && answer(response, 302, { Location: '/loop' })

const zipped = () => (_act: Act, _request: unknown, response: ServerResponse) => {
  response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('unzipped'))
  return true
}

const withBody = (method: 'POST' | 'PUT') => (dispatcher: Dispatcher, origin: string) =>
  seenBy(dispatcher, `${origin}/`, { method, body: 'a body' })

const twice = async (dispatcher: Dispatcher, origin: string) => [
  await seenBy(dispatcher, `${origin}/`),
  await seenBy(dispatcher, `${origin}/`),
]

const { retry, redirect, responseError, dump, cache, decompress } = interceptors
const over =
  (...list: Dispatcher.DispatcherComposeInterceptor[]) =>
  (dispatcher: Dispatcher) =>
    dispatcher.compose(...list)
const retryAgent = (dispatcher: Dispatcher) => new RetryAgent(dispatcher, retryOptions)

export const COMPOSITIONS: [name: string, composition: Composition][] = [
  ['retry, and 503 twice', { compose: over(retry(retryOptions)), application: failsTwice }],
  ['retry, and 503 for ever', { compose: over(retry(retryOptions)), application: failsAlways }],
  ['retry, and a reset', { compose: over(retry(retryOptions)), application: resetsOnce }],
  [
    'retry, and an answer that breaks off',
    { compose: over(retry(retryOptions)), application: breaksOffOnce },
  ],
  ['retry of a PUT', { compose: over(retry(retryOptions)), application: failsTwice, run: withBody('PUT') }],
  ['retry of a POST', { compose: over(retry(retryOptions)), application: failsTwice, run: withBody('POST') }],
  ['RetryAgent, and 503 twice', { compose: retryAgent, application: failsTwice }],
  ['RetryAgent, and 503 for ever', { compose: retryAgent, application: failsAlways }],
  ['RetryAgent, and a reset', { compose: retryAgent, application: resetsOnce }],
  ['redirect', { compose: over(redirect({ maxRedirections: 3 })), application: redirecting(302) }],
  [
    'redirect of a POST by 303',
    { compose: over(redirect({ maxRedirections: 3 })), application: redirecting(303), run: withBody('POST') },
  ],
  [
    'redirect of a POST by 307',
    { compose: over(redirect({ maxRedirections: 3 })), application: redirecting(307), run: withBody('POST') },
  ],
  [
    'redirect in a loop',
    {
      compose: over(redirect({ maxRedirections: 3 })),
      application: redirecting(302),
      run: (dispatcher, origin) =>
        seenBy(dispatcher, `${origin}/loop`, { throwOnMaxRedirect: true } as Options),
    },
  ],
  ['responseError, and 404', { compose: over(responseError()), application: always(404) }],
  ['responseError, and 503', { compose: over(responseError()), application: always(503) }],
  ['responseError, and 200', { compose: over(responseError()), application: always(200) }],
  [
    'responseError over retry',
    { compose: over(retry(retryOptions), responseError()), application: failsAlways },
  ],
  ['dump', { compose: over(dump({ maxSize: 1024 })), application: always(200), run: twice }],
  ['dump, and too much of it', { compose: over(dump({ maxSize: 4 })), application: always(200), run: twice }],
  [
    'cache',
    {
      compose: over(cache()),
      application: always(200, { 'Cache-Control': 'public, max-age=60' }),
      run: twice,
    },
  ],
  [
    'cache, and no-store',
    { compose: over(cache()), application: always(200, { 'Cache-Control': 'no-store' }), run: twice },
  ],
  ['decompress', { compose: over(decompress()), application: zipped, run: twice }],
  [
    'redirect, retry and decompress together',
    {
      compose: over(decompress(), retry(retryOptions), redirect({ maxRedirections: 3 })),
      application: redirecting(302),
    },
  ],
]
