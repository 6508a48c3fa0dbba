import { NtlmAgent } from '@ntlmkit/undici'
import { request } from 'undici'

export async function login(url, account) {
  const dispatcher = new NtlmAgent({ ...account, origins: new URL(url).origin })
  const { body } = await request(url, { dispatcher })
  const { user } = await body.json()
  await dispatcher.close()
  return user
}
