import { get } from 'node:http'
import { ntlmAgents } from '@ntlmkit/agent'

export async function login(url, account) {
  const agents = ntlmAgents({ ...account, origins: new URL(url).origin })
  const response = await new Promise((resolve, reject) => {
    get(url, { agent: agents.http }, resolve).on('error', reject)
  })
  let text = ''
  for await (const chunk of response) text += String(chunk)
  agents.destroy()
  return JSON.parse(text).user
}
