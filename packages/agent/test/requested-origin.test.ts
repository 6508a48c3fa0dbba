import { describe, expect, it } from 'vitest'
import { RequestedOrigins } from '../src/requested-origin.js'

describe('the origin a request names', () => {
  it.each([
    ['http:', { host: 'intranet.corp', port: 80 }, 'http://intranet.corp'],
    ['https:', { host: 'INTRANET.corp', port: 443 }, 'https://intranet.corp'],
    ['http:', { host: '::1', port: 8080 }, 'http://[::1]:8080'],
    ['http:', { host: '[::1]', port: '8080' }, 'http://[::1]:8080'],
  ])('%s %o is %s', (protocol, options, origin) => {
    expect(new RequestedOrigins(protocol).of(options)?.origin).toBe(origin)
  })

  it('has the host that is connected to, however it was written', () => {
    const origins = new RequestedOrigins('http:')
    expect(origins.of({ host: 'intra\u00adnet.corp', port: 80 })?.host).toBe('intranet.corp')
    expect(origins.of({ host: '::1', port: 80 })?.host).toBe('::1')
  })

  it('is none where Node finds no address either', () => {
    expect(new RequestedOrigins('http:').of({ host: 'x', port: 99999 })).toBeUndefined()
  })

  it.each(['a b', 'x/.y', 'x\\y', 'x?y', 'x#y', 'u@x', 'x:80', 'x%2ey', 'x\n', 'x\u0000'])(
    'is refused where it can be read in two ways: %j',
    (host) => {
      expect(() => new RequestedOrigins('http:').of({ host, port: 80 })).toThrow(
        expect.objectContaining({ code: 'ERR_NTLM_CONFIG' }),
      )
    },
  )
})
