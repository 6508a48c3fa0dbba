import { ntlm } from '@ntlmkit/axios'
import Agent from 'agentkeepalive'
import axios from 'axios'

export async function login(url: string, account: { username: string; password: string }) {
  const httpAgent = new Agent({ maxSockets: 3 })
  const instance = ntlm(axios.create({ baseURL: new URL(url).origin, httpAgent }), account)
  const { data } = await instance.get<{ user: string }>(url)
  return data.user
}
