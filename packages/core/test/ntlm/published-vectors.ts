import fixture from '../../../../test/fixtures/ms-nlmp-4.2.json' with { type: 'json' }

/** One entry of the published examples, [MS-NLMP] 4.2: byte strings and flags in hex. */
export interface PublishedVector {
  name: string
  source: string
  inputs: Record<string, string>
  expected: Record<string, string>
}

/** The entry of that name. */
export function vector(name: string): PublishedVector {
  const found = fixture.vectors.find((entry) => entry.name === name)
  if (found === undefined) throw new Error(`There is no vector ${name}.`)
  return found as unknown as PublishedVector
}

/** How many entries there are: what makes a test notice a new one. */
export const vectorNames = fixture.vectors.map(({ name }) => name)

export const hex = (digits: string) => Buffer.from(digits, 'hex')
export const flagsOf = (digits: string) => Number.parseInt(digits, 16)

/** Time zero of FILETIME in milliseconds since 1970: the examples' clock. */
const FILETIME_ZERO = -11_644_473_600_000

/** The clock and the random bytes of [MS-NLMP] 4.2.1, for either side. */
export const publishedEntropy = {
  now: () => FILETIME_ZERO,
  randomBytes: (size: number) => Buffer.alloc(size, size === 16 ? 0x55 : 0xaa),
}

/** The same with the examples' server challenge: for an acceptor. */
export const publishedServerEntropy = {
  now: () => FILETIME_ZERO,
  randomBytes: () => hex('0123456789abcdef'),
}
