import { axiosClient } from './axios.js'
import type { ShownClient } from './client.js'
import { nodeFetch } from './fetch.js'
import { gotClient } from './got.js'
import { undici } from './undici.js'

/** In the order they are shown. */
export const CLIENTS: readonly ShownClient[] = [undici, nodeFetch, axiosClient, gotClient]
