import { type Agent, ClientRequest, type RequestOptions } from 'node:http'
import { describe, expect, it } from 'vitest'
import { announcesBody, fieldsOf, hasField, legFields } from '../src/request-fields.js'

/** A request that goes nowhere. */
function made(options: RequestOptions): [ClientRequest, RequestOptions] {
  const agent = { addRequest() {} } as unknown as Agent
  const request = new (ClientRequest as unknown as new (options: RequestOptions) => ClientRequest)({
    host: 'x',
    agent,
    ...options,
  })
  return [request, options]
}

const LIST = ['Host', 'x', 'X-A', '1', 'X-A', '2'] as never

describe('the fields of a request', () => {
  it('come from an object, in the case they were given', () => {
    expect(fieldsOf(...made({ headers: { 'X-A': ['1', '2'], 'x-b': 3 } }))).toEqual([
      ['X-A', ['1', '2']],
      ['x-b', '3'],
      ['Host', 'x:80'],
    ])
  })

  it('come from a list', () => {
    expect(fieldsOf(...made({ headers: LIST }))).toEqual([
      ['Host', 'x'],
      ['X-A', '1'],
      ['X-A', '2'],
    ])
  })

  it('have an Authorization, or not', () => {
    expect(hasField(...made({ headers: { AUTHORIZATION: 'x' } }), 'authorization')).toBe(true)
    expect(hasField(...made({ auth: 'u:p' }), 'authorization')).toBe(true)
    expect(
      hasField(...made({ headers: ['Host', 'x', 'authorization', 'y'] as never }), 'authorization'),
    ).toBe(true)
    expect(hasField(...made({ headers: LIST }), 'authorization')).toBe(false)
    expect(hasField(...made({}), 'authorization')).toBe(false)
  })

  it.each<[boolean, RequestOptions]>([
    [false, { method: 'GET' }],
    [false, { method: 'DELETE' }],
    [true, { method: 'DELETE', headers: { 'content-length': 1 } }],
    [true, { method: 'POST' }],
    [false, { method: 'POST', headers: { 'Content-Length': 0 } }],
    [true, { method: 'OPTIONS', headers: { 'transfer-encoding': 'chunked' } }],
  ])('announce a body (%s): %o', (expected, options) => {
    expect(announcesBody(...made(options))).toBe(expected)
  })
})

describe('the fields of a leg', () => {
  it('are the request’s, but for what belongs to a body, a connection, or a condition', () => {
    const fields: [string, string][] = [
      ['Host', 'x'],
      ['User-Agent', 'me'],
      ['Cookie', 'a=1'],
      ['Content-Length', '5'],
      ['Content-Type', 'text/plain'],
      ['Transfer-Encoding', 'chunked'],
      ['Expect', '100-continue'],
      ['Upgrade', 'websocket'],
      ['Connection', 'close'],
      ['If-Match', '"x"'],
      ['Range', 'bytes=0-1'],
    ]
    expect(legFields(fields, 'no body', { Authorization: 'NTLM x', Cookie: 'a=2' })).toEqual({
      Host: 'x',
      'User-Agent': 'me',
      Authorization: 'NTLM x',
      Cookie: 'a=2',
    })
  })

  it('keep what occurs twice', () => {
    const fields: [string, string][] = [
      ['X-A', '1'],
      ['X-A', '2'],
    ]
    expect(legFields(fields, 'no body', {})['X-A']).toEqual(['1', '2'])
  })
})
