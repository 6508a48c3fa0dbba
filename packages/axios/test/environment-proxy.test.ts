import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { namesProxies, proxyVariableFor } from '../src/environment-proxy.js'

const VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']

beforeEach(() => {
  for (const name of VARIABLES.flatMap((name) => [name, name.toUpperCase()])) vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

const variableFor = (url: string) => proxyVariableFor(new URL(url))

describe('the variable that names a proxy for a URL', () => {
  it.each([
    ['http_proxy', 'http://a.corp/'],
    ['HTTP_PROXY', 'http://a.corp/'],
    ['https_proxy', 'https://a.corp/'],
    ['HTTPS_PROXY', 'https://a.corp/'],
    ['all_proxy', 'http://a.corp/'],
    ['ALL_PROXY', 'https://a.corp/'],
  ])('%s, for %s', (name, url) => {
    vi.stubEnv(name, 'http://proxy.corp:3128')
    expect(namesProxies()).toBe(true)
    expect(variableFor(url)).toBe(name)
  })

  it.each([
    ['http_proxy', 'https://a.corp/'],
    ['https_proxy', 'http://a.corp/'],
    ['all_proxy', 'data:text/plain,x'],
  ])('is not %s, for %s', (name, url) => {
    vi.stubEnv(name, 'http://proxy.corp:3128')
    expect(variableFor(url)).toBeUndefined()
  })

  it('is not there, or empty', () => {
    vi.stubEnv('HTTP_PROXY', '')
    expect(namesProxies()).toBe(false)
    expect(variableFor('http://a.corp/')).toBeUndefined()
  })

  it('holds for this machine too, as in axios', () => {
    vi.stubEnv('HTTP_PROXY', 'http://proxy.corp:3128')
    expect(variableFor('http://localhost/')).toBe('HTTP_PROXY')
    expect(variableFor('http://127.0.0.1/')).toBe('HTTP_PROXY')
  })
})

describe('NO_PROXY', () => {
  beforeEach(() => vi.stubEnv('ALL_PROXY', 'http://proxy.corp:3128'))

  it.each([
    ['*', 'http://a.corp/'],
    ['x.corp, a.corp', 'http://A.corp/'],
    ['x.corp a.corp', 'http://a.corp/'],
    ['.corp', 'http://a.corp/'],
    ['*.corp', 'http://a.corp/'],
    ['a.corp:8080', 'http://a.corp:8080/'],
    ['a.corp:443', 'https://a.corp/'],
    ['a.corp', 'http://a.corp./'],
    ['localhost', 'http://127.0.0.1:80/'],
    ['127.0.0.1', 'http://localhost/'],
    ['[::1]:80', 'http://[::1]/'],
    ['fd00::1', 'http://[fd00::1]/'],
    ['10.0.0.0/8', 'http://10.1.2.3/'],
    ['fd00::/8', 'http://[fd00::1]/'],
  ])('%s excepts %s', (list, url) => {
    vi.stubEnv('NO_PROXY', list)
    expect(variableFor(url)).toBeUndefined()
  })

  it.each([
    ['b.corp', 'http://a.corp/'],
    ['corp', 'http://a.corp/'],
    ['a.corp', 'http://xa.corp/'],
    ['a.corp:8080', 'http://a.corp/'],
    ['a.corp:80', 'https://a.corp/'],
    ['10.0.0.0/8', 'http://11.1.2.3/'],
    ['10.0.0.0/33', 'http://10.0.0.0/'],
    ['10.0.0.0/x', 'http://10.0.0.0/'],
    ['a.corp/8', 'http://a.corp/'],
    ['', 'http://a.corp/'],
  ])('%s does not except %s', (list, url) => {
    vi.stubEnv('no_proxy', list)
    expect(variableFor(url)).toBe('ALL_PROXY')
  })
})
