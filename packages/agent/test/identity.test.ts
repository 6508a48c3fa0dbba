import { resolveOptions } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import { Identity } from '../src/identity.js'

const identity = (origins: string | string[]) =>
  new Identity(resolveOptions({ username: 'u', password: 'p', origins }))

describe('the memory of an origin', () => {
  it.each([
    ['http:', { host: 'intranet.corp', port: 80 }, 'http://intranet.corp'],
    ['https:', { host: 'INTRANET.corp', port: 443 }, 'https://intranet.corp'],
    ['http:', { host: '::1', port: 8080 }, 'http://[::1]:8080'],
    ['http:', { host: '[::1]', port: '8080' }, 'http://[::1]:8080'],
  ])('%s %o is that of %s', (protocol, options, origin) => {
    expect(identity('*').memory(protocol, options)?.origin).toBe(origin)
  })

  it('is one for all its names, and one for each scheme', () => {
    const some = identity('*')
    const memory = some.memory('http:', { host: 'x', port: 80 })
    expect(some.memory('http:', { host: 'X', port: '80' })).toBe(memory)
    expect(some.memory('http:', { host: 'x', port: 80 })).toBe(memory)
    expect(some.memory('https:', { host: 'x', port: 80 })).not.toBe(memory)
  })

  it('is not there for an origin that gets no credentials, or for none', () => {
    expect(identity('http://x').memory('http:', { host: 'y', port: 80 })).toBeUndefined()
    expect(identity('*').memory('http:', { host: 'a b', port: 80 })).toBeUndefined()
  })
})
