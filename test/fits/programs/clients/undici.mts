import { NtlmAgent } from '@ntlmkit/undici'
import { request } from 'undici'

export async function login(url: string, account: { username: string; password: string }) {
  const dispatcher = new NtlmAgent({ ...account, origins: new URL(url).origin })
  const { body } = await request(url, { dispatcher })
  const { user } = (await body.json()) as { user: string }
  await dispatcher.close()
  return user
}
