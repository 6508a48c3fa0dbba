import { get } from 'node:http'
import { type AgentOptions, type NtlmAgents, ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { type CredentialOptions, Credentials, NtlmError, NtlmInitiator } from '@ntlmkit/core'
import { createNtlmFetch } from '@ntlmkit/fetch'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { type DecodedToken, type Reading, readInput } from '@ntlmkit/inspect'
import { createNtlmServer, type Handler, ntlmAuth } from '@ntlmkit/server'
import { type NtlmOptions, resolveOptions } from '@ntlmkit/transport'
import { NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import axios, { type AxiosInstance, type AxiosResponse } from 'axios'
import { type Dispatcher, request, fetch as undiciFetch } from 'undici'

interface Echo {
  user: string
}

const { targets, account } = JSON.parse(process.env.FITS ?? '') as {
  targets: Record<string, string>
  account: { username: string; password: string }
}
const url = targets.types ?? ''
const origins = new URL(url).origin
const options: NtlmOptions = { ...account, origins }

async function main(): Promise<void> {
  const users = [
    await throughUndici(),
    await throughUndiciFetch(),
    await throughNtlmFetch(),
    await throughNodesFetch(),
    await throughAgent(),
    await throughAxios(),
    await throughGot(),
    await throughServer(),
    readOfInspect('TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA='),
  ]
  const others = users.filter((user) => user !== 'alice')
  console.log(JSON.stringify({ client: 'types', user: others[0] ?? 'alice' }))
}

function readOfInspect(text: string): string {
  const { conversations }: Reading = readInput(text)
  const token: DecodedToken | undefined = conversations[0]?.steps[0]?.token
  return token?.kind === 'negotiate' ? 'alice' : 'nobody'
}

async function throughUndici(): Promise<string> {
  const agentOptions: NtlmAgentOptions = { ...options, connections: 2, schemes: ['ntlm'] }
  const agent = new NtlmAgent(agentOptions)
  const dispatcher: Dispatcher = agent
  const { body } = await request(url, { dispatcher })
  const { user } = (await body.json()) as Echo
  await agent.close()
  return user
}

async function throughUndiciFetch(): Promise<string> {
  const dispatcher = new NtlmAgent(options)
  const response = await undiciFetch(url, { dispatcher })
  const { user } = (await response.json()) as Echo
  await dispatcher.close()
  return user
}

async function throughNodesFetch(): Promise<string> {
  const dispatcher = new NtlmAgent(options)
  const response = await fetch(url, { method: 'POST', body: 'text', dispatcher })
  const { user } = (await response.json()) as Echo
  await dispatcher.close()
  return user
}

async function throughNtlmFetch(): Promise<string> {
  const ntlmFetch = createNtlmFetch(options)
  const asFetch: typeof fetch = ntlmFetch
  const response = await asFetch(url)
  const { user } = (await response.json()) as Echo
  await ntlmFetch.close()
  return user
}

async function throughAgent(): Promise<string> {
  const agentOptions: AgentOptions = { maxSockets: 2 }
  const agents: NtlmAgents = ntlmAgents(options, agentOptions)
  const text = await new Promise<string>((resolve, reject) => {
    const call = get(url, { agent: agents.http }, (response) => {
      let received = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        received += chunk
      })
      response.on('end', () => resolve(received))
    })
    call.on('error', reject)
  })
  agents.destroy()
  return (JSON.parse(text) as Echo).user
}

async function throughAxios(): Promise<string> {
  const instance: AxiosInstance = axios.create({ baseURL: origins })
  const api: AxiosInstance = ntlmForAxios(instance, account)
  const response: AxiosResponse<Echo> = await api.get<Echo>(url)
  try {
    await api.get(url, { ntlm: false })
  } catch (error) {
    if (!axios.isAxiosError(error) || error.response?.status !== 401) throw error
  }
  return response.data.user
}

async function throughGot(): Promise<string> {
  const { default: got } = await import('got')
  const api = got.extend({ prefixUrl: origins }, ntlmForGot(account))
  const { body } = await api(new URL(url).pathname.slice(1), { responseType: 'json' })
  return (body as Echo).user
}

async function throughServer(): Promise<string> {
  const handler: Handler = (incoming, outgoing) => {
    outgoing.end(JSON.stringify({ user: incoming.ntlm?.username }))
  }
  const server = await createNtlmServer({ users: { [account.username]: account.password }, handler }).listen()
  const middleware = ntlmAuth({ users: { [account.username]: account.password } })
  const credential: CredentialOptions = account
  const { token } = new NtlmInitiator({ credential: await new Credentials(credential).resolve() }).step()
  const resolved = resolveOptions({ ...account, origins: server.origin })
  const agent = new NtlmAgent({ ...account, origins: server.origin })
  const { body } = await request(server.url, { dispatcher: agent })
  const { user } = (await body.json()) as Echo
  await agent.close()
  await server.close()
  return token !== undefined && typeof middleware === 'function' && resolved !== undefined ? user : 'nobody'
}

main().catch((error: unknown) => {
  const code = error instanceof NtlmError ? error.code : undefined
  console.log(JSON.stringify({ client: 'types', error: `${code} ${String(error)}` }))
  // What was open when it failed would keep the process.
  process.exit(1)
})
