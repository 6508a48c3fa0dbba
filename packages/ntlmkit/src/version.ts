import { createRequire } from 'node:module'

/** The version in the manifest, which lies beside dist and beside build. */
export const { version } = createRequire(import.meta.url)('../package.json') as { version: string }
