// ntlm-auth-front.mjs as a process of its own: node ntlm-auth-front-main.mjs SAMBA_DIRECTORY PORT
import { startNtlmAuthFront } from './ntlm-auth-front.mjs'
import { attachSamba } from './samba.mjs'

const [sambaDir, port] = process.argv.slice(2)
const front = await startNtlmAuthFront({ samba: attachSamba(sambaDir), port: Number(port) })
process.once('SIGTERM', () => front.stop())
