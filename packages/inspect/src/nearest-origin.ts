/** The pattern of the origins option that is most like an origin, and what differs. */
export interface NearestOrigin {
  readonly listed: string
  /** `scheme`, `name`, `port`, or several: `scheme and port`. */
  readonly differs: string
}

/** The nearest of the listed origins: the fewest differences, a like name before another. */
export function nearestOrigin(origin: string, listed: readonly string[]): NearestOrigin | undefined {
  if (!URL.canParse(origin)) return undefined
  const asked = new URL(origin)
  const near = listed.flatMap((pattern) => {
    if (!URL.canParse(pattern)) return []
    const differs = differences(asked, new URL(pattern))
    return differs.length === 0 ? [] : [{ listed: pattern, differs }]
  })
  near.sort((one, other) => distance(one.differs) - distance(other.differs))
  const [first] = near
  return first && { listed: first.listed, differs: first.differs.join(' and ') }
}

function differences(asked: URL, listed: URL): string[] {
  const differs: string[] = []
  if (asked.protocol !== listed.protocol) differs.push(`scheme (${listed.protocol.slice(0, -1)})`)
  if (!matches(asked.hostname, listed.hostname)) differs.push('name')
  const [here, there] = [portOf(asked), portOf(listed)]
  // The default port differs where the scheme does, which has been said.
  if (here !== there && !(asked.port === '' && listed.port === '')) differs.push(`port (${there})`)
  return differs
}

const matches = (name: string, pattern: string) =>
  pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern

const portOf = ({ port, protocol }: URL) => port || (protocol === 'https:' ? '443' : '80')

/** Another name is further than another scheme or port. */
const distance = (differs: readonly string[]) => differs.length + (differs.includes('name') ? 2 : 0)
