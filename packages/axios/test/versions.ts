import { createRequire } from 'node:module'
import newest, { type AxiosStatic } from 'axios'
import axios160 from 'axios-1.6.0'
import axios179 from 'axios-1.7.9'
import axios184 from 'axios-1.8.4'
import axios112 from 'axios-1.12'

const require = createRequire(import.meta.url)

const MODULES: [name: string, esm: unknown][] = [
  ['axios-1.6.0', axios160],
  ['axios-1.7.9', axios179],
  ['axios-1.8.4', axios184],
  ['axios-1.12', axios112],
  ['axios', newest],
]

/** The oldest axios that is supported, the newest, and some between, each in both kinds: two copies of a version. */
export const VERSIONS: [name: string, axios: AxiosStatic][] = MODULES.flatMap(([name, esm]) => [
  [`${name}, ES module`, esm as AxiosStatic],
  [`${name}, CommonJS`, require(name) as AxiosStatic],
])

export const AXIOS_0: [name: string, axios: AxiosStatic][] = ['axios-0.27', 'axios-0.x'].map((name) => [
  name,
  require(name) as AxiosStatic,
])
