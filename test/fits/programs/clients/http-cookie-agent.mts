import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { HttpCookieAgent } from 'http-cookie-agent/http'
import { CookieJar } from 'tough-cookie'

export async function login(url: string, account: { username: string; password: string }) {
  const jar = new CookieJar()
  await jar.setCookie('session=fits', url)
  const httpAgent = new HttpCookieAgent({ cookies: { jar } })
  const instance = ntlm(axios.create({ baseURL: new URL(url).origin, httpAgent }), account)
  const { data } = await instance.get<{ user: string }>(url)
  return data.user
}
