import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'

export async function login(url, account) {
  const instance = ntlm(axios.create({ baseURL: new URL(url).origin }), account)
  const { data } = await instance.post(url, { title: 'New' })
  return data.user
}
