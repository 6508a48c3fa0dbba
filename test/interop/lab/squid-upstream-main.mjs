// squid-upstream.mjs as a process of its own: node squid-upstream-main.mjs PORT
import { startSquidUpstream } from './squid-upstream.mjs'

const [port] = process.argv.slice(2)
const upstream = await startSquidUpstream({ port: Number(port) })
process.once('SIGTERM', () => upstream.stop())
