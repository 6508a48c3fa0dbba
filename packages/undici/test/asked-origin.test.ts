import { describe, expect, it } from 'vitest'
import { askedOrigin } from '../src/asked-origin.js'

type Options = Parameters<typeof askedOrigin>[1]
const ask = (address: string, servername: string | undefined, host: string | undefined) =>
  askedOrigin(address, { servername } as unknown as Options, host === undefined ? [] : ['host', host])

describe('the origin that was asked for', () => {
  it('is the name behind an address, as a dns interceptor leaves it', () => {
    expect(ask('https://10.0.0.1:8443', 'intranet.corp', 'intranet.corp:8443')).toEqual({
      origin: 'https://intranet.corp:8443',
      destination: { address: 'https://10.0.0.1:8443', servername: 'intranet.corp' },
    })
    expect(ask('http://[::1]:80', 'intranet.corp', 'intranet.corp').origin).toBe('http://intranet.corp')
  })

  it.each([
    ['a Host field alone', 'http://10.0.0.1', undefined, 'intranet.corp'],
    ['a name alone', 'http://10.0.0.1', 'intranet.corp', undefined],
    ['two that disagree', 'http://10.0.0.1', 'intranet.corp', 'evil.test'],
    ['a name in the place of a name', 'http://evil.test', 'intranet.corp', 'intranet.corp'],
  ])('is the one that is connected to, whatever %s says', (_what, address, servername, host) => {
    expect(ask(address, servername, host)).toEqual({ origin: address, destination: { address } })
  })
})
