import type { Close } from './decisions.js'

/** What is written for one request. */
export interface Answer {
  status: number
  fields: readonly (readonly [name: string, value: string])[]
  text: string
  close?: Close
  framing?: 'none' | 'body behind'
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  302: 'Found',
  303: 'See Other',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  503: 'Service Unavailable',
}

/** The bytes of an answer: an HTTP library would not let a site write some of them. */
export function bytesOf(method: string, { status, fields, text, close, framing }: Answer): string {
  const isHead = method === 'HEAD'
  const lines = [
    ...fields,
    ...(close === 'said' ? [['Connection', 'close'] as const] : []),
    ...(framing === 'none'
      ? [['Date', 'Thu, 01 Jan 2026 00:00:00 GMT'] as const]
      : [['Content-Length', String(text.length)] as const]),
  ]
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const body = isHead && framing !== 'body behind' ? '' : text
  return `HTTP/1.1 ${status} ${REASONS[status] ?? 'Status'}\r\n${head}\r\n${body}`
}
