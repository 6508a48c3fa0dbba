import { withAxios } from './axios.js'
import { withGot, withGotStream } from './got.js'
import { nodeHttp } from './node-http.js'
import type { OpenSession } from './session.js'
import { nodeFetch, undiciFetch, undiciRequest } from './undici.js'

export type { CallOptions, Echo, Identity, OpenSession, Pool, Reply, Session } from './session.js'
export { streamOf } from './session.js'

/** Every client, on the transport that serves it. */
export const sessions: Readonly<Record<string, OpenSession>> = {
  'undici request': undiciRequest,
  'undici fetch': undiciFetch,
  'the fetch of Node': nodeFetch,
  'http.request': nodeHttp,
  axios: withAxios,
  got: withGot,
  'got stream': withGotStream,
}
