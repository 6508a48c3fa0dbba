import { BlockList, isIP } from 'node:net'

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/** The names of this machine that NO_PROXY takes for each other, as axios does. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|::1?)$/

/** Tells whether the environment names any proxy: most do not, and then there is nothing to look up. */
export function namesProxies(): boolean {
  return ['http_proxy', 'https_proxy', 'all_proxy'].some((name) => variable(name) !== undefined)
}

/**
 * The environment variable that names a proxy for this URL. The rules are those of axios and proxy-from-env: names in
 * small letters or capitals, no exception for this machine unless NO_PROXY has it.
 */
export function proxyVariableFor(url: URL): string | undefined {
  const { protocol } = url
  if (!(protocol in DEFAULT_PORTS)) return undefined
  const name = variable(`${protocol.slice(0, -1)}_proxy`) ?? variable('all_proxy')
  return name === undefined || isExcepted(url) ? undefined : name
}

/** The name in which a variable is set and says something. */
function variable(name: string): string | undefined {
  return [name, name.toUpperCase()].find((spelling) => process.env[spelling])
}

function isExcepted({ protocol, hostname, port }: URL): boolean {
  const name = variable('no_proxy')
  if (name === undefined) return false
  const host = withoutBrackets(hostname).replace(/\.$/, '')
  const usedPort = port === '' ? DEFAULT_PORTS[protocol] : Number(port)
  const entries = process.env[name]!.toLowerCase().split(/[,\s]+/)
  return entries.some((entry) => entry !== '' && excepts(entry, host, usedPort))
}

function excepts(entry: string, host: string, port: number | undefined): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInSubnet(entry, host)
  const withPort = /^(\[.*\]|[^:]+):(\d+)$/.exec(entry)
  if (withPort !== null && Number(withPort[2]) !== port) return false
  const name = withoutBrackets(withPort?.[1] ?? entry)
  if (/^[*.]/.test(name)) return host.endsWith(name.replace(/^\*/, ''))
  return host === name || (LOOPBACK.test(host) && LOOPBACK.test(name))
}

function isInSubnet(entry: string, host: string): boolean {
  const [network = '', prefix = ''] = entry.split('/')
  const family = isIP(network)
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(prefix)) return false
  if (Number(prefix) > (family === 4 ? 32 : 128)) return false
  const subnet = new BlockList()
  const type = family === 4 ? 'ipv4' : 'ipv6'
  subnet.addSubnet(network, Number(prefix), type)
  return subnet.check(host, type)
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
