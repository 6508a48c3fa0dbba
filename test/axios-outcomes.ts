import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AxiosError, AxiosInstance, AxiosResponse, AxiosStatic } from 'axios'

/** One behaviour of axios: what it resolves with, or rejects with, is compared between an instance with NTLM and one without. */
export type Behaviour = (instance: AxiosInstance, axios: AxiosStatic) => Promise<unknown>

/** A server's handler whose paths say what it does; by default it tells what it was asked. */
export async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url!, 'http://x')
  const [, what, value] = url.pathname.split('/')
  if (what === 'silent') return
  if (what === 'reset') return void request.socket.destroy()
  if (what === 'to') {
    const left = Number(value)
    response.writeHead(302, { location: left === 1 ? '/end' : `/to/${left - 1}` })
    return void response.end()
  }
  const body = Buffer.concat(await request.toArray()).toString()
  if (what === 'status') response.statusCode = Number(value)
  if (what === 'bytes') return void response.end(Buffer.alloc(Number(value), 'x'))
  const { method, headers } = request
  if (headers.authorization?.startsWith('NTLM ')) delete headers.authorization
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ method, url: request.url, body, headers }))
}

/** What an outcome is, without what differs between two connections. */
export async function outcomeOf(behaviour: Promise<unknown>, axios: AxiosStatic): Promise<unknown> {
  const outcome = await behaviour.then(
    (value) => (isResponse(value) ? { resolved: response(value) } : { resolved: value }),
    (error) => ({ rejected: rejection(error, axios) }),
  )
  return JSON.parse(neutral(JSON.stringify(outcome)))
}

function isResponse(value: unknown): value is AxiosResponse {
  return typeof value === 'object' && value !== null && 'config' in value && 'status' in value
}

function response(value: AxiosResponse): object {
  const { status, statusText, headers, config, data, request } = value
  return {
    status,
    statusText,
    data: typeof data?.pipe === 'function' ? 'a stream' : data,
    headers: { ...headers },
    keys: Object.keys(value).sort(),
    ofClass: headers?.constructor?.name,
    request: requested(request),
    config: described(config),
  }
}

function rejection(error: AxiosError, axios: AxiosStatic): object {
  const { name, message, code, status, cause } = error
  const shown = typeof error.toJSON === 'function' ? (error.toJSON() as { config?: object }) : undefined
  return {
    name,
    message,
    code,
    status,
    keys: Object.keys(error).sort(),
    shown: shown && { ...shown, stack: undefined, config: described(shown.config) },
    isAxiosError: axios.isAxiosError(error),
    isOfClass: error instanceof axios.AxiosError,
    isCancel: axios.isCancel(error),
    cause: cause && { name: cause.name, message: cause.message, code: (cause as { code?: string }).code },
    request: requested(error.request),
    config: described(error.config),
    response: error.response && response(error.response),
  }
}

function requested(request: { method?: string; path?: string; constructor?: { name: string } } | undefined) {
  return request && { ofClass: request.constructor?.name, method: request.method, path: request.path }
}

function described(config: object | undefined): unknown {
  if (config === undefined) return undefined
  const kinds = Object.entries(config).map(([name, value]) => [name, kindOf(value)])
  return Object.fromEntries(kinds.filter(([name]) => name !== 'adapter').sort())
}

function kindOf(value: unknown): unknown {
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return value
  return { ofClass: value.constructor?.name, names: Object.keys(value) }
}

/** Ports, dates and boundaries are another's each time, and a connection of ours has its fields. */
function neutral(json: string): string {
  return json
    .replace(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT')
    .replace(/"date":"[^"]*"/g, '"date":"DATE"')
    .replace(/-{2,}(?:form-?data|axios)[-.\w]*|\baxios-[.\d]+-boundary[-\w]*|-{10,}\w+(?:--)?/gi, 'BOUNDARY')
    .replace(/"duration":\d+/g, '"duration":0')
    .replace(/\b\d+ms\b/g, 'MS')
}
