import { createRequire } from 'node:module'
import type { ViaAgent } from '@ntlmkit/agent'
import { HttpProxyAgent as HpHttpProxyAgent, HttpsProxyAgent as HpHttpsProxyAgent } from 'hpagent'
import { HttpsProxyAgent as HttpsProxyAgent7 } from 'https-proxy-agent'
import { HttpsProxyAgent as HttpsProxyAgent9 } from 'https-proxy-agent9'
import { ProxyAgent } from 'proxy-agent'
import type { ConnectProxy } from './connect-proxy.js'

const require = createRequire(import.meta.url)
const https5 = require('https-proxy-agent5') as (url: string) => ViaAgent
const tunnel = require('tunnel') as Record<'httpOverHttp' | 'httpsOverHttp', (options: object) => ViaAgent>
const tunnelAgent = require('tunnel-agent') as typeof tunnel

/** An agent of npm that opens tunnels; `ca` is for those that make the TLS connection without being asked. */
export interface TunnelMaker {
  name: string
  http(proxy: ConnectProxy): ViaAgent
  https(proxy: ConnectProxy, ca: string | undefined): ViaAgent
}

/** They give TLS the address of a server for its name, which Node 26 refuses, whoever uses them. */
const NAMED_BY_ADDRESS = ['https-proxy-agent 5', 'tunnel', 'tunnel-agent']
const isTooNew = Number.parseInt(process.versions.node, 10) >= 26
if (isTooNew) {
  console.log(`Skipped on Node 26, which they do not work with: ${NAMED_BY_ADDRESS.join(', ')}.`)
}

const ALL_TUNNELS: TunnelMaker[] = [
  same('https-proxy-agent 9', ({ url }) => new HttpsProxyAgent9(url)),
  same('https-proxy-agent 7', ({ url }) => new HttpsProxyAgent7(url)),
  same('https-proxy-agent 7, keepAlive', ({ url }) => new HttpsProxyAgent7(url, { keepAlive: true })),
  same('https-proxy-agent 5', ({ url }) => https5(url)),
  {
    name: 'hpagent',
    http: ({ url }) => new HpHttpProxyAgent({ proxy: url, keepAlive: true }),
    https: ({ url }) => new HpHttpsProxyAgent({ proxy: url, keepAlive: true }),
  },
  overHttp('tunnel', tunnel),
  overHttp('tunnel-agent', tunnelAgent),
]

export const TUNNELS = ALL_TUNNELS.filter(({ name }) => !isTooNew || !NAMED_BY_ADDRESS.includes(name))

/** proxy-agent: opens a tunnel for https; for http it writes to the proxy. */
export const proxyAgent = ({ url }: ConnectProxy) => new ProxyAgent({ getProxyForUrl: () => url })

function same(name: string, make: (proxy: ConnectProxy) => ViaAgent): TunnelMaker {
  return { name, http: make, https: make }
}

function overHttp(name: string, { httpOverHttp, httpsOverHttp }: typeof tunnel): TunnelMaker {
  const proxy = ({ port }: ConnectProxy) => ({ host: '127.0.0.1', port })
  return {
    name,
    http: (through) => httpOverHttp({ proxy: proxy(through) }),
    https: (through, ca) => httpsOverHttp({ proxy: proxy(through), ca: ca === undefined ? undefined : [ca] }),
  }
}
