// A process in which some use `import` and some `require`: what one kind makes is known to the other.
import assert from 'node:assert/strict'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import * as agentModule from '@ntlmkit/agent'
import * as axiosModule from '@ntlmkit/axios'
import * as core from '@ntlmkit/core'
import * as undiciModule from '@ntlmkit/undici'

const require = createRequire(import.meta.url)
const required = {
  agent: require('@ntlmkit/agent'),
  axios: require('@ntlmkit/axios'),
  core: require('@ntlmkit/core'),
  undici: require('@ntlmkit/undici'),
}
const { targets, account } = JSON.parse(process.env.FITS)
const origins = new URL(targets.both).origin

for (const wrong of [
  () => agentModule.ntlmAgents({ ...account, origins, wrong: true }),
  () => required.agent.ntlmAgents({ ...account, origins, wrong: true }),
  () => new undiciModule.NtlmAgent({ ...account, origins, wrong: true }),
  () => new required.undici.NtlmAgent({ ...account, origins, wrong: true }),
]) {
  assert.throws(wrong, (error) => {
    assert.ok(error instanceof core.NtlmError && error instanceof required.core.NtlmError)
    assert.ok(error instanceof axiosModule.NtlmError && error instanceof required.axios.NtlmError)
    return error.code === 'ERR_NTLM_CONFIG'
  })
}
assert.ok(!(new TypeError() instanceof required.core.NtlmError))

const credential = await new core.Credentials(account).resolve()
assert.ok(credential instanceof core.Credential && credential instanceof required.core.Credential)
// Used across: an initiator of one with a credential of the other.
assert.ok(new required.core.NtlmInitiator({ credential }).step().token.length > 0)

const dispatcher = new undiciModule.NtlmAgent({ ...account, origins })
assert.ok(dispatcher instanceof required.undici.NtlmAgent)
await dispatcher.close()

const agents = required.agent.ntlmAgents({ ...account, origins })
const response = await new Promise((resolve, reject) => {
  get(targets.both, { agent: agents.http }, resolve).on('error', reject)
})
let text = ''
for await (const chunk of response) text += String(chunk)
agents.destroy()
console.log(JSON.stringify({ client: 'both', user: JSON.parse(text).user }))
