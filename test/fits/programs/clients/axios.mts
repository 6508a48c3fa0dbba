import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'

export async function login(url: string, account: { username: string; password: string }) {
  const instance = ntlm(axios.create({ baseURL: new URL(url).origin }), account)
  const { data } = await instance.post<{ user: string }>(url, { title: 'New' })
  return data.user
}
