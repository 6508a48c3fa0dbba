import { describe, expect, it } from 'vitest'
import { nearestOrigin } from '../src/nearest-origin.js'

/** An origin that was asked, what is listed, and in what the nearest differs. */
const CASES: [what: string, origin: string, listed: string[], nearest: string, differs: string | RegExp][] = [
  [
    'http for https',
    'http://intranet.corp',
    ['https://other.corp', 'https://intranet.corp'],
    'https://intranet.corp',
    "its scheme is https, and the request's http",
  ],
  [
    'a missing port',
    'http://intranet.corp:8080',
    ['http://intranet.corp'],
    'http://intranet.corp',
    "its port is 80, the default of http, and the request's 8080",
  ],
  [
    'another port',
    'https://intranet.corp',
    ['https://intranet.corp:8443'],
    'https://intranet.corp:8443',
    "its port is 8443, and the request's 443, the default of https",
  ],
  [
    'localhost for 127.0.0.1',
    'http://localhost:1',
    ['http://127.0.0.1:1'],
    'http://127.0.0.1:1',
    /one machine/,
  ],
  [
    '::1 for localhost',
    'http://[::1]:1',
    ['http://localhost:1'],
    'http://localhost:1',
    /localhost.*\[::1\].*one machine/,
  ],
  [
    'a short name',
    'http://intranet',
    ['http://extranet.corp', 'http://intranet.corp'],
    'http://intranet.corp',
    "its name is intranet.corp, and the request's intranet (a short name and a whole one are two origins)",
  ],
  ['a whole name', 'http://intranet.corp', ['http://intranet'], 'http://intranet', /short name/],
  ['www', 'https://www.corp.test', ['https://corp.test'], 'https://corp.test', /its name is corp\.test/],
  [
    'a slip of the pen',
    'https://intranet.corp',
    ['https://a.test', 'https://intarnet.corp'],
    'https://intarnet.corp',
    /intarnet/,
  ],
  [
    'the name above a wildcard',
    'https://corp',
    ['https://*.corp'],
    'https://*.corp',
    'it stands for the names below corp, and not for corp itself',
  ],
  ['a wildcard and a port', 'https://a.corp:8443', ['https://*.corp'], 'https://*.corp', /^its port is 443/],
  [
    'a wildcard of another name',
    'https://a.test',
    ['https://*.corp'],
    'https://*.corp',
    /its name is \*\.corp/,
  ],
  [
    'scheme, name and port',
    'http://a.test:81',
    ['https://b.example'],
    'https://b.example',
    /scheme is https.*; its name is b\.example.*; its port is 443/,
  ],
]

describe('the nearest of the listed origins', () => {
  it.each(CASES)('%s', (_, origin, listed, pattern, differs) => {
    const matching = typeof differs === 'string' ? differs : expect.stringMatching(differs)
    expect(nearestOrigin(origin, listed)).toMatchObject({ pattern, differs: matching })
  })

  it('is not near where its name is another', () => {
    expect(nearestOrigin('https://a.test', ['https://intranet.corp'])).toMatchObject({ isNear: false })
    expect(nearestOrigin('https://intranet', ['https://intranet.corp'])).toMatchObject({ isNear: true })
  })

  it.each([[[]], [['no origin']], [['https://a.test']]])('is none among %j', (listed) => {
    expect(nearestOrigin('https://a.test', listed)).toBeUndefined()
  })
})
