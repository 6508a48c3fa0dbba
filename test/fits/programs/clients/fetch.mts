import { NtlmAgent } from '@ntlmkit/undici'

export async function login(url: string, account: { username: string; password: string }) {
  const dispatcher = new NtlmAgent({ ...account, origins: new URL(url).origin })
  const response = await fetch(url, { dispatcher, method: 'POST', body: 'text' })
  const { user } = (await response.json()) as { user: string }
  await dispatcher.close()
  return user
}
