import type { ShownClient } from './client.js'
import { nodeFetch } from './fetch.js'
import { undici } from './undici.js'

/** In the order they are shown. */
export const CLIENTS: readonly ShownClient[] = [undici, nodeFetch]
