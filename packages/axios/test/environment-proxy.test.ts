import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { namesProxies, proxyVariablesFor } from '../src/environment-proxy.js'
import { clearProxyVariables } from './proxy-variables.js'

beforeEach(clearProxyVariables)
afterEach(() => vi.unstubAllEnvs())

const variablesFor = (url: string) => proxyVariablesFor(new URL(url))

describe('the variables that may name a proxy for a URL', () => {
  it.each([
    ['http_proxy', 'http://a.corp/'],
    ['HTTP_PROXY', 'http://a.corp/'],
    ['https_proxy', 'https://a.corp/'],
    ['HTTPS_PROXY', 'https://a.corp/'],
    ['all_proxy', 'http://a.corp/'],
    ['ALL_PROXY', 'https://a.corp/'],
    ['npm_config_http_proxy', 'http://a.corp/'],
    ['NPM_CONFIG_HTTPS_PROXY', 'https://a.corp/'],
    ['npm_config_proxy', 'https://a.corp/'],
    ['NPM_CONFIG_PROXY', 'http://a.corp/'],
  ])('%s, for %s', (name, url) => {
    vi.stubEnv(name, 'http://proxy.corp:3128')
    expect(namesProxies()).toBe(true)
    expect(variablesFor(url)).toEqual([name])
  })

  it('are all that are set', () => {
    vi.stubEnv('ALL_PROXY', 'http://proxy.corp:3128')
    vi.stubEnv('npm_config_proxy', 'http://proxy.corp:3129')
    vi.stubEnv('https_proxy', 'http://proxy.corp:3130')
    expect(variablesFor('https://a.corp/')).toEqual(['https_proxy', 'ALL_PROXY', 'npm_config_proxy'])
  })

  it.each([
    ['http_proxy', 'https://a.corp/'],
    ['https_proxy', 'http://a.corp/'],
    ['npm_config_https_proxy', 'http://a.corp/'],
    ['all_proxy', 'data:text/plain,x'],
  ])('are not %s, for %s', (name, url) => {
    vi.stubEnv(name, 'http://proxy.corp:3128')
    expect(variablesFor(url)).toEqual([])
  })

  it('are not there, or empty', () => {
    vi.stubEnv('HTTP_PROXY', '')
    expect(namesProxies()).toBe(false)
    expect(variablesFor('http://a.corp/')).toEqual([])
  })
})
