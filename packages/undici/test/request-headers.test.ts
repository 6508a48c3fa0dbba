import { LegCookies } from '@ntlmkit/transport'
import { describe, expect, it } from 'vitest'
import { fieldOf, flatten, legHeaders, requestHeaders } from '../src/request-headers.js'

describe('the headers of a request, in every form undici takes', () => {
  const flat = ['accept', '*/*', 'x-list', ['a', 'b']]

  it.each<[string, Parameters<typeof flatten>[0]]>([
    ['a flat array', flat as string[]],
    ['a record', { accept: '*/*', 'x-list': ['a', 'b'], gone: undefined }],
    [
      'a map',
      new Map<string, string | string[]>([
        ['accept', '*/*'],
        ['x-list', ['a', 'b']],
      ]),
    ],
  ])('are read from %s', (_form, headers) => {
    expect(flatten(headers)).toEqual(flat)
  })

  it('are read once from an iterator', () => {
    const entries = [['accept', '*/*']][Symbol.iterator]() as Iterable<[string, string]>
    expect(flatten(entries)).toEqual(['accept', '*/*'])
  })

  it('are read from a Headers object', () => {
    expect(flatten(new Headers({ Accept: '*/*' }) as never)).toEqual(['accept', '*/*'])
  })

  it.each([null, undefined])('may be %s', (headers) => {
    expect(flatten(headers)).toEqual([])
  })
})

describe('an Authorization of the client’s own', () => {
  it.each(['authorization', 'Authorization', 'AUTHORIZATION'])('is found as %s', (name) => {
    expect(fieldOf(['accept', '*/*', name, 'Bearer x'], 'authorization')).toBe('Bearer x')
  })

  it('is not mistaken for another name or a value', () => {
    const headers = ['accept', 'authorization', 'proxy-authorization', 'x', 'authorizations', 'y']
    expect(fieldOf(headers, 'authorization')).toBeUndefined()
  })
})

describe('the headers of a leg', () => {
  it('are the request’s without what belongs to its body, its connection and its conditions', () => {
    const headers = [
      ['Host', 'intranet.corp'],
      ['Cookie', 'a=b'],
      ['X-Forms_Based_Auth_Accepted', 'f'],
      ['Content-Length', '5'],
      ['Content-Type', 'text/plain'],
      ['Transfer-Encoding', 'chunked'],
      ['Expect', '100-continue'],
      ['Connection', 'close'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Key', 'x'],
      ['If-None-Match', '"x"'],
      ['Range', 'bytes=0-1'],
    ].flat()
    const origin = 'http://intranet.corp'
    const none = new LegCookies()
    expect(legHeaders(headers, 'no body', origin, 'authorization', 'NTLM x', none)).toEqual({
      Host: 'intranet.corp',
      Cookie: 'a=b',
      'X-Forms_Based_Auth_Accepted': 'f',
      authorization: 'NTLM x',
    })
  })

  it('of a method that acts keep all but what frames a body, and say that there is none', () => {
    const headers = ['Content-Type', 'text/plain', 'Content-Length', '5', 'If-Match', '"x"']
    const leg = legHeaders(
      headers,
      'empty body',
      'http://a.test:8080',
      'authorization',
      undefined,
      new LegCookies(),
    )
    expect(leg).toEqual({
      host: 'a.test:8080',
      'Content-Type': 'text/plain',
      'If-Match': '"x"',
      'content-length': '0',
    })
  })
})

describe('the cookies of legs', () => {
  const cookies = new LegCookies()
  cookies.take(['lb=2; Path=/; HttpOnly'])

  it('go beside the request’s own, and in the place of an older one', () => {
    const headers = ['Cookie', 'lb=1; session=a', 'accept', '*/*']
    expect(requestHeaders(headers, 'authorization', undefined, cookies)).toEqual([
      'accept',
      '*/*',
      'cookie',
      'lb=2; session=a',
    ])
  })
})
