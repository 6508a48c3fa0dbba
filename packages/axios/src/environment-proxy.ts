/** What stands before `_proxy` in the name of a variable for both protocols. Older versions of axios read npm's own, too. */
const PREFIXES_OF_ALL = ['all', 'npm_config']
const PROTOCOLS = ['http', 'https']

/** Tells whether the environment names any proxy: most do not, and then axios need not be asked what it makes of it. */
export function namesProxies(): boolean {
  return PROTOCOLS.some((protocol) => variablesFor(protocol).length > 0)
}

/** The environment variables that are set and may name a proxy for this URL: whether they do is for axios to say. */
export function proxyVariablesFor({ protocol }: URL): string[] {
  const name = protocol.slice(0, -1)
  return PROTOCOLS.includes(name) ? variablesFor(name) : []
}

function variablesFor(protocol: string): string[] {
  return [protocol, `npm_config_${protocol}`, ...PREFIXES_OF_ALL].flatMap((prefix) => {
    const name = `${prefix}_proxy`
    const set = [name, name.toUpperCase()].find((spelling) => process.env[spelling])
    return set ?? []
  })
}
