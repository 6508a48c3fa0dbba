import { get, type IncomingMessage } from 'node:http'
import { ntlmAgents } from '@ntlmkit/agent'

export async function login(url: string, account: { username: string; password: string }) {
  const agents = ntlmAgents({ ...account, origins: new URL(url).origin })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: agents.http }, resolve).on('error', reject)
  })
  let text = ''
  for await (const chunk of response) text += String(chunk)
  agents.destroy()
  const { user } = JSON.parse(text) as { user: string }
  return user
}
